//! Cursors: what was not signed for the list is refused, and what was is read as it was written.

use chrono::NaiveDate;
use sea_orm::Value;
use tributary::graphql::cursor::CursorKey;
use uuid::Uuid;

use crate::{draw::Draw, spoil::spoilt};

pub fn target() -> impl Fn(&mut Draw) -> bool {
    let key = CursorKey::new(&[7; 32]);
    move |draw| {
        let viewer = Uuid::from_u128(draw.below(3) as u128);
        let list = key.list(viewer, "contracts", "VALUE_DESC", "");
        let other = key.list(viewer, "contracts", "VALUE_ASC", "");
        let values = place(draw);
        let sound = list.cursor(&values);
        assert!(other.values(&sound).is_err(), "a cursor of another order: {sound}");
        let asked = spoilt(&sound, 2, draw);
        let read = list.values(&asked);
        if let Ok(read) = &read {
            assert_eq!(asked, sound, "only what was signed is read");
            assert_eq!(*read, values, "{sound}");
        }
        read.is_ok()
    }
}

fn place(draw: &mut Draw) -> Vec<Value> {
    (0..draw.below(4))
        .map(|_| match draw.below(4) {
            0 => spoilt("£ \"north\" ‑ café", 3, draw).into(),
            1 => {
                i64::MIN.wrapping_add(i64::try_from(draw.below(usize::MAX / 2)).unwrap_or(0)).into()
            }
            2 => Uuid::from_u128(draw.below(usize::MAX) as u128).into(),
            _ => NaiveDate::from_num_days_from_ce_opt(700_000 + i32::from(draw.percent(50))).into(),
        })
        .collect()
}
