//! Tags as numbers: their place in the manifest, and how often they occur.

use shelfmark_bundle::{Count, FacetCount, slug_hash};

use crate::order;

/// Finds a tag's place in the manifest by its name.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Hash of each name and its place, ascending.
    hashes: Vec<(u64, u32)>,
}

impl Names {
    pub(crate) fn new(tags: &[FacetCount]) -> Self {
        let mut hashes: Vec<(u64, u32)> = (0..)
            .zip(tags)
            .map(|(place, tag)| (u64::from(slug_hash(&tag.name)), place))
            .collect();
        order::sort(&mut hashes);
        Self { hashes }
    }

    /// Place of the tag with this name.
    pub(crate) fn find(&self, tags: &[FacetCount], name: &str) -> Option<u32> {
        let hash = u64::from(slug_hash(name));
        let first = self.hashes.partition_point(|(other, _)| *other < hash);
        let same = self.hashes[first..]
            .iter()
            .take_while(|(other, _)| *other == hash);
        same.map(|(_, place)| *place).find(|place| {
            tags.get(*place as usize)
                .is_some_and(|tag| tag.name == name)
        })
    }
}

/// Counts by place as named counts: most frequent first, then in the manifest's order.
pub(crate) fn named(counts: &[u32], tags: &[FacetCount]) -> Vec<Count> {
    let mut found: Vec<(u64, u32)> = (0..)
        .zip(counts)
        .filter(|(_, count)| **count > 0)
        .map(|(place, count)| (u64::from(!count), place))
        .collect();
    order::sort(&mut found);
    let named = found.iter().filter_map(|(count, place)| {
        let tag = tags.get(*place as usize)?;
        Some(Count {
            name: tag.name.clone(),
            count: !(*count as u32),
        })
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(names: &[&str]) -> Vec<FacetCount> {
        names
            .iter()
            .map(|name| FacetCount {
                name: (*name).into(),
                count: 1,
                shard: 0,
            })
            .collect()
    }

    #[test]
    fn names_are_found_and_counted() {
        let tags = tags(&["新闻", "a", "b"]);
        let names = Names::new(&tags);
        for (place, tag) in (0..).zip(&tags) {
            assert_eq!(names.find(&tags, &tag.name), Some(place));
        }
        assert_eq!(names.find(&tags, "c"), None);
        let shown: Vec<_> = named(&[1, 0, 3], &tags)
            .into_iter()
            .map(|tag| (tag.name, tag.count))
            .collect();
        assert_eq!(shown, [("b".to_owned(), 3), ("新闻".to_owned(), 1)]);
    }
}
