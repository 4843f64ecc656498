use shelfmark_compile::reader::Reader;
use shelfmark_compile::{archive::Archive,list::list};
use shelfmark_search::*;
use std::path::Path;
fn main(){
 let site=std::env::args().nth(1).unwrap(); let p=Path::new(&site);
 let mut all=vec![]; list(&Archive::open(p).unwrap(),|row|{all.push(row.record().entry.title.clone());true});
 let n=all.len(); let mut seed=88172645463325252u64; let (mut mrr,mut cnt,mut top)=(0.0,0,0);
 let mut r=Reader::open(p).unwrap();
 for _ in 0..400 { seed^=seed<<13; seed^=seed>>7; seed^=seed<<17; let id=(seed>>33) as usize%n;
  let title=&all[id];
  let run=title.split(|c:char| !('\u{4e00}'..='\u{9fff}').contains(&c)&&!('\u{3400}'..='\u{4dbf}').contains(&c)).max_by_key(|r|r.chars().count()).unwrap_or("");
  if run.is_empty(){continue}
  let o=r.search(&Request{query:Query::parse(run,false).unwrap(),limit:10,..Request::default()}).unwrap();
  let pos=o.hits.iter().position(|h| h.title.iter().map(|p|p.text.as_str()).collect::<String>()==*title);
  cnt+=1; if let Some(k)=pos {mrr+=1.0/(k as f64+1.0);top+=1;}
  if pos!=Some(0) { println!("{run} ({}) pos {pos:?} title {title}",o.total); for h in o.hits.iter().take(3) {println!("      {:.1} {}",h.score,h.title.iter().map(|p|p.text.as_str()).collect::<String>());} }
 }
 println!("MRR {} top {} of {cnt}",mrr/cnt as f64, top as f64/cnt as f64);
}
