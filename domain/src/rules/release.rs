//! How the periods of a year are released to the partners (rule V11). A release is never undone.

use entities::value::Period;

use super::closing::{Closing, PeriodState, state_of};

/// Why a period cannot be released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseRefusal {
    /// It was released before.
    #[error("period {period} was released before")]
    AlreadyReleased {
        /// The period.
        period: Period,
    },
    /// It is still open.
    #[error("period {period} is still open: close it, softly at least, and then release it")]
    StillOpen {
        /// The period.
        period: Period,
    },
    /// An earlier period of the year is not released.
    #[error("release period {earlier} first: the periods of a year are released in their order")]
    EarlierNotReleased {
        /// The first such period.
        earlier: Period,
    },
}

/// Whether `period` can be released: it is closed, softly at least, and every earlier period of the
/// year was `released`.
///
/// # Errors
/// When it was released before, is open, or comes before its turn.
pub fn may_release(
    period: Period,
    closings: &[Closing],
    released: &[Period],
) -> Result<(), ReleaseRefusal> {
    if released.contains(&period) {
        return Err(ReleaseRefusal::AlreadyReleased { period });
    }
    if state_of(period, closings) == PeriodState::Open {
        return Err(ReleaseRefusal::StillOpen { period });
    }
    let earlier = Period::all().find(|it| *it < period && !released.contains(it));
    earlier.map_or(Ok(()), |earlier| Err(ReleaseRefusal::EarlierNotReleased { earlier }))
}

#[cfg(test)]
mod tests {
    use entities::period_closing::PeriodStatus;

    use super::*;

    #[test]
    fn v11_periods_are_released_once_in_their_order_and_closed() {
        let period = |number| Period::new(number).expect("a period");
        let [april, may] = [period(1), period(2)];
        let closed = |period| Closing { period, status: PeriodStatus::SoftClosed };
        let both = [closed(april), closed(may)];
        let open = Err(ReleaseRefusal::StillOpen { period: april });
        assert_eq!(may_release(april, &[], &[]), open);
        assert_eq!(may_release(april, &both, &[]), Ok(()));
        let early = Err(ReleaseRefusal::EarlierNotReleased { earlier: april });
        assert_eq!(may_release(may, &both, &[]), early);
        assert_eq!(may_release(may, &both, &[april]), Ok(()));
        let again = Err(ReleaseRefusal::AlreadyReleased { period: april });
        assert_eq!(may_release(april, &both, &[april]), again);
    }
}
