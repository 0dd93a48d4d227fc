//! When a receiver is tried again.

use std::time::Duration;

use aws_lc_rs::rand;

/// After how long, by how many attempts failed in a row; the last of them again and again.
const AFTER_SECONDS: [u64; 8] = [5, 30, 2 * 60, 10 * 60, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600];
/// How long a receiver may ask not to be tried.
const LONGEST_WISH_SECONDS: u64 = 12 * 3_600;
/// How long every attempt may fail until there are no more.
pub(super) const GIVEN_UP_AFTER: Duration = Duration::from_secs(5 * 24 * 3_600);

/// How long to wait after so many failures in a row, a tenth more or less by chance, and no less than the
/// receiver wishes within bounds.
pub(super) fn after(failures: i32, wished_seconds: Option<u64>) -> Duration {
    let mut chance = [0; 8];
    // Without chance it is tried all the same.
    let chance = rand::fill(&mut chance).map_or(0, |()| u64::from_le_bytes(chance));
    wait(failures, wished_seconds, chance)
}

fn wait(failures: i32, wished_seconds: Option<u64>, chance: u64) -> Duration {
    let step = usize::try_from(failures.saturating_sub(1)).unwrap_or(0);
    let seconds = AFTER_SECONDS[step.min(AFTER_SECONDS.len() - 1)];
    let milliseconds = seconds * 900 + chance % (seconds * 200 + 1);
    let wished = wished_seconds.unwrap_or(0).min(LONGEST_WISH_SECONDS) * 1_000;
    Duration::from_millis(milliseconds.max(wished))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(failures: i32, wished: Option<u64>, chance: u64) -> u64 {
        wait(failures, wished, chance).as_secs()
    }

    #[test]
    fn waits_grow_to_half_a_day_and_vary_by_a_tenth() {
        let least: Vec<u64> = (1..=9).map(|failures| seconds(failures, None, 0)).collect();
        assert_eq!(least, [4, 27, 108, 540, 3_240, 9_720, 19_440, 38_880, 38_880]);
        assert_eq!(wait(1, None, 1_000), Duration::from_millis(5_500));
        assert_eq!(wait(1, None, 1_001), Duration::from_millis(4_500));
        assert_eq!(seconds(i32::MAX, None, 200 * 43_200), 47_520);
        assert_eq!(seconds(0, None, 0), 4);
        let waited = after(2, None);
        assert!((27..=33).contains(&waited.as_secs()), "{waited:?}");
    }

    #[test]
    fn a_receivers_wish_counts_within_bounds() {
        assert_eq!(seconds(1, Some(60), 0), 60);
        assert_eq!(seconds(3, Some(60), 0), 108, "no sooner than without it");
        assert_eq!(seconds(1, Some(u64::MAX), 0), 12 * 3_600);
    }
}
