use shelfmark_compile::reader::Reader;
use shelfmark_search::*;
use std::path::Path;
fn main(){
 let mut a=std::env::args().skip(1); let site=a.next().unwrap();
 let mut r=Reader::open(Path::new(&site)).unwrap();
 println!("manifest {}", r.manifest_bytes().unwrap());
 for q in a { 
  for _ in 0..2 {
  let t=std::time::Instant::now();
  let req=Request{query:Query::parse(&q,false).unwrap(),limit:10,..Request::default()};
  let o=r.search(&req).unwrap(); let e=t.elapsed();
  println!("{q}: total {} exact {} {:?} {:?}",o.total,o.exact,r.traffic(),e);
  if e.as_millis()>0 { for h in o.hits.iter().take(3) { let s:String=h.title.iter().map(|p| if p.mark {format!("[{}]",p.text)} else {p.text.clone()}).collect(); println!("    {:.2} {} {}",h.score,s,h.snippet.iter().map(|p|if p.mark {format!("[{}]",p.text)} else {p.text.clone()}).collect::<String>()); } }
  }
 }
}
