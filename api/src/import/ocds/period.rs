use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime};
use entities::value::Instant;
use serde::{Deserialize, Serialize};

use super::{
    finding::Unclear,
    source::{Json, Object},
};

/// The years in which a contract can be.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;
/// The longest that a contract is likely to last.
const LONGEST_DAYS: i64 = 30 * 366;

/// The days of a contract, as far as they are stated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// Its first day.
    pub starts_on: Option<NaiveDate>,
    /// Its last day.
    pub ends_on: Option<NaiveDate>,
    /// The last day if every extension is used.
    pub extends_to: Option<NaiveDate>,
    /// How many days it lasts, where only that is stated.
    pub days: Option<u32>,
}

/// The period that the member `key` of an object states; nothing when it states none.
pub(super) fn period(object: &Object<'_, '_>, key: &str) -> Option<Period> {
    let stated = object.object(key)?;
    let starts_on = stated.get("startDate").and_then(|place| first_day(&place));
    let ends_on = stated.get("endDate").and_then(|place| day(&place));
    let extends_to = stated.get("maxExtentDate").and_then(|place| day(&place));
    let days = duration(&stated);
    let mut period = Period { starts_on, ends_on, extends_to, days: None };
    if let (Some(start), Some(end)) = (period.starts_on, period.ends_on) {
        if end < start {
            let sentence = format!("it ends on {end}, before {start}: its end is not taken");
            stated.unclear(Unclear::PeriodReversed, sentence);
            period.ends_on = None;
        } else if (end - start).num_days() > LONGEST_DAYS {
            let sentence = format!("it lasts from {start} to {end}: taken as it is written");
            stated.unclear(Unclear::PeriodUnlikely, sentence);
        }
    }
    if let (Some(last), Some(end)) = (period.extends_to, period.ends_on)
        && last < end
    {
        let sentence = format!("extended it would end on {last}, before {end}: not taken");
        stated.unclear(Unclear::PeriodReversed, sentence);
        period.extends_to = None;
    }
    match (period.starts_on, period.ends_on, days) {
        (Some(start), None, Some(days)) => {
            let last = Days::new(u64::from(days.saturating_sub(1)));
            period.ends_on = start.checked_add_days(last).filter(|day| YEARS.contains(&day.year()));
        }
        (None, None, Some(days)) => {
            let sentence = format!("it lasts {days} days from no stated day: no dates are taken");
            stated.unclear(Unclear::DurationAlone, sentence);
            period.days = Some(days);
        }
        _ => {}
    }
    if let (Some(_), None) | (None, Some(_)) = (period.starts_on, period.ends_on) {
        stated.unclear(Unclear::PeriodOpen, "only one end of the period is known");
    }
    Some(period)
}

fn duration(stated: &Object<'_, '_>) -> Option<u32> {
    let place = stated.get("durationInDays")?;
    let digits = place.digits()?;
    let days = digits.parse().ok().filter(|days| *days > 0);
    match days {
        None => {
            let sentence = format!("{digits:?} is no number of days: not taken");
            place.unclear(Unclear::OtherType, sentence);
        }
        Some(days) if i64::from(days) > LONGEST_DAYS => {
            let sentence = format!("it lasts {days} days: taken as it is written");
            place.unclear(Unclear::PeriodUnlikely, sentence);
        }
        Some(_) => {}
    }
    days
}

/// The calendar day of a moment, as its writer's clock showed it.
pub(super) fn day(place: &Json<'_, '_>) -> Option<NaiveDate> {
    let text = place.code()?;
    if let Ok(moment) = DateTime::parse_from_rfc3339(&text) {
        return likely(place, moment.naive_local().date());
    }
    let written = text.get(..10).and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok());
    let british = text.get(..10).and_then(|text| NaiveDate::parse_from_str(text, "%d/%m/%Y").ok());
    let Some(day) = written.or(british) else {
        let short: String = text.chars().take(40).collect();
        place.unclear(Unclear::NotADay, format!("{short:?} is no day: read as not stated"));
        return None;
    };
    place.unclear(
        Unclear::DayOfAnotherForm,
        format!("{text:?} is no RFC 3339 moment: read as {day}"),
    );
    likely(place, day)
}

/// The calendar day on which something begins. In summer midnight is 23:00 UTC of the day before.
fn first_day(place: &Json<'_, '_>) -> Option<NaiveDate> {
    let day = day(place)?;
    let moment = place.code().and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
    let is_late = moment.is_some_and(|moment| {
        moment.offset().local_minus_utc() == 0
            && Some(moment.time()) == NaiveTime::from_hms_opt(23, 0, 0)
    });
    if !is_late {
        return Some(day);
    }
    let next = day.succ_opt()?;
    place.unclear(
        Unclear::SummerMidnight,
        format!("23:00 UTC is midnight in summer: read as {next}"),
    );
    Some(next)
}

fn likely(place: &Json<'_, '_>, day: NaiveDate) -> Option<NaiveDate> {
    if YEARS.contains(&day.year()) {
        return Some(day);
    }
    place.unclear(Unclear::PeriodUnlikely, format!("{day} is out of all likelihood: not taken"));
    None
}

/// The moment that a text is, with its time; a day alone is its first moment.
pub(super) fn moment(place: &Json<'_, '_>) -> Option<Instant> {
    let text = place.code()?;
    if let Ok(moment) = DateTime::parse_from_rfc3339(&text) {
        likely(place, moment.naive_local().date())?;
        return Some(Instant::from(moment.to_utc()));
    }
    let day = day(place)?;
    Some(Instant::from(day.and_time(NaiveTime::MIN).and_utc()))
}
