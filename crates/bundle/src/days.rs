//! Which posts are of which day.

use serde::Serialize;

use crate::FormatError;
use crate::json::{decode, from_json};
use crate::shards::invalid;

/// The days of an archive that have posts. As ids are in date order, a span of days is an
/// interval of ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DaysShard {
    /// Distance of each day's number to that of the one before, and its number of posts.
    days: Vec<(u32, u32)>,
}

from_json!(DaysShard { days });

/// Days of a month, in numbers of days: all have as many.
const MONTH: u32 = 31;
/// Days of a year, likewise: the same day of two years has the same remainder.
pub const YEAR: u32 = 12 * MONTH;

/// The number of a day: they ascend with the days, and no day lies between those of two months.
///
/// `None` when `day` does not begin with `YYYY-MM-DD`.
#[must_use]
pub fn day_number(day: &str) -> Option<u32> {
    let part = |from: usize, to: usize| day.get(from..to)?.parse::<u32>().ok();
    let (year, month, of_month) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let fits = (1..=12).contains(&month) && (1..=MONTH).contains(&of_month);
    fits.then(|| (year * 12 + month - 1) * MONTH + of_month - 1)
}

impl DaysShard {
    /// The days of posts in id order.
    #[must_use]
    pub fn new<'a>(days: impl Iterator<Item = &'a str>) -> Self {
        let mut shard = Self::default();
        let mut last = 0;
        for day in days {
            // What has no number, a year before 0 or after 9999, counts with its neighbour.
            let number = day_number(day).unwrap_or(last).max(last);
            match shard.days.last_mut() {
                Some((_, count)) if number == last => *count += 1,
                _ => shard.days.push((number - last, 1)),
            }
            last = number;
        }
        shard
    }

    /// Decodes the days of an archive of so many dated posts.
    ///
    /// # Errors
    /// When they are not.
    pub fn decode(json: &[u8], dated: u32) -> Result<Self, FormatError> {
        let shard: Self = decode(json)?;
        let posts: u64 = shard.days.iter().map(|(_, posts)| u64::from(*posts)).sum();
        let last: u64 = shard.days.iter().map(|(gap, _)| u64::from(*gap)).sum();
        if posts != u64::from(dated) || last > u64::from(u32::MAX) {
            return invalid("the days are not those of the posts");
        }
        Ok(shard)
    }

    /// Numbers of the days, ascending, and their posts.
    pub fn days(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let mut number = 0;
        self.days.iter().map(move |(gap, posts)| {
            number += gap;
            (number, *posts)
        })
    }

    /// How many posts are of days before `number`.
    #[must_use]
    pub fn before(&self, number: u32) -> u32 {
        let earlier = self.days().take_while(|(day, _)| *day < number);
        earlier.map(|(_, posts)| posts).sum()
    }

    /// Months that have posts, ascending, as `YYYY-MM`, and the posts of each.
    #[must_use]
    pub fn months(&self) -> Vec<(String, u32)> {
        let mut months: Vec<(u32, u32)> = Vec::new();
        for (day, posts) in self.days() {
            match months.last_mut() {
                Some((month, count)) if *month == day / MONTH => *count += posts,
                _ => months.push((day / MONTH, posts)),
            }
        }
        let named = |(month, posts): (u32, u32)| {
            (format!("{:04}-{:02}", month / 12, month % 12 + 1), posts)
        };
        months.into_iter().map(named).collect()
    }

    /// JSON of the shard.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}
