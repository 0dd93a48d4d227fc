use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use sea_orm::DeriveValueType;

/// A moment in microseconds since 1970 UTC, as an integer: it orders alike in both databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Instant(pub i64);

impl Instant {
    /// Before everything that was ever recorded.
    pub const EARLIEST: Self = Self(0);

    /// The smallest step later.
    #[must_use]
    pub fn just_after(self) -> Self {
        Self(self.0 + 1)
    }

    /// Its calendar month, counted from year 0: the grain in which balances are kept by recording date.
    #[must_use]
    pub fn month(self) -> i32 {
        use chrono::Datelike;
        let at = self.to_utc();
        at.year() * 12 + i32::try_from(at.month0()).unwrap_or(0)
    }

    /// The first microsecond of a month counted as [`Self::month`] counts them.
    #[must_use]
    pub fn start_of_month(month: i32) -> Self {
        let number = month.rem_euclid(12).unsigned_abs() + 1;
        NaiveDate::from_ymd_opt(month.div_euclid(12), number, 1)
            .map_or(Self::EARLIEST, |day| day.and_time(NaiveTime::MIN).and_utc().into())
    }

    /// The last microsecond of a day.
    #[must_use]
    pub fn end_of(day: NaiveDate) -> Self {
        let after = day.succ_opt().unwrap_or(day).and_time(NaiveTime::MIN).and_utc();
        Self(Self::from(after).0 - 1)
    }

    /// Microseconds since 1970 UTC.
    #[must_use]
    pub fn to_microseconds(self) -> i64 {
        self.0
    }

    /// As a date and time.
    #[must_use]
    pub fn to_utc(self) -> DateTime<Utc> {
        Utc.timestamp_micros(self.0).single().unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_micros())
    }
}
