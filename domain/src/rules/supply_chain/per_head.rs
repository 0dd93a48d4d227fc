use entities::value::Pence;

/// More than this a head and year is worth a look: about what all health and adult social care of
/// England costs for each of its people.
pub const USUAL_MOST_PER_HEAD: Pence = Pence(500_000);

/// What a year's value comes to for each of the people it is for, to the nearest penny; none
/// without people.
#[must_use]
pub fn per_head(value: Pence, people: i64) -> Option<Pence> {
    if people <= 0 {
        return None;
    }
    let (value, people) = (i128::from(value.0), i128::from(people));
    let nearest = (2 * value + people).div_euclid(2 * people);
    i64::try_from(nearest).ok().map(Pence)
}

/// True of an amount a head that is probably a mistake in the value or in the number of people.
#[must_use]
pub fn is_outlier(per_head: Pence) -> bool {
    per_head > USUAL_MOST_PER_HEAD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a6_two_hundred_million_for_thirty_thousand_people_is_flagged() {
        let per_head = per_head(Pence(20_000_000_000), 30_000);
        assert_eq!(per_head, Some(Pence(666_667)), "£6,667 a head");
        assert!(per_head.is_some_and(is_outlier));
    }

    #[test]
    fn a_usual_amount_a_head_is_not_flagged() {
        assert!(!is_outlier(USUAL_MOST_PER_HEAD));
        assert!(is_outlier(Pence(500_001)));
        assert_eq!(per_head(Pence(100), 3), Some(Pence(33)));
        assert_eq!(per_head(Pence(3), 2), Some(Pence(2)), "a half penny is rounded up");
        assert_eq!(per_head(Pence(i64::MAX), 1), Some(Pence(i64::MAX)));
        assert_eq!(per_head(Pence(100), 0), None);
        assert_eq!(per_head(Pence(100), -1), None);
    }
}
