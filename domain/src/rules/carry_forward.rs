//! What a closed year leaves to the next, by partner and source (rules M9, M12, R6): what was put in
//! and brought forward, less what was spent. What is left of a ring-fenced source stays with it.

use entities::value::Pence;

/// What was invoiced of a contribution, and what was given back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// What was invoiced.
    pub invoiced: Pence,
    /// What was given back.
    pub refunded: Pence,
}

/// What a partner puts in of a contribution: what was agreed, invoiced or not, less what was given
/// back of it. What was invoiced beyond the agreement is given back first, and was never put in.
#[must_use]
pub fn put_in(agreed: Pence, settled: Settled) -> Pence {
    let too_much = (settled.invoiced - agreed).max(Pence::ZERO);
    agreed - (settled.refunded - too_much).max(Pence::ZERO)
}

/// Where one partner's money from one source stands at the end of a year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct YearEnd {
    /// What was brought forward into the year.
    pub brought_forward: Pence,
    /// What was put in.
    pub put_in: Pence,
    /// What was spent of it, corrections of earlier years with it.
    pub spent: Pence,
}

impl YearEnd {
    /// What is carried into the next year; below nothing of an overspend.
    #[must_use]
    pub fn carried(self) -> Pence {
        self.brought_forward + self.put_in - self.spent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(invoiced: i64, refunded: i64) -> Settled {
        Settled { invoiced: Pence(invoiced), refunded: Pence(refunded) }
    }

    #[test]
    fn m12_what_is_put_in_is_what_was_agreed_less_what_was_given_back_of_it() {
        let of = |agreed, paid| put_in(Pence(agreed), paid);
        assert_eq!(of(100, settled(0, 0)), Pence(100), "what a partner spends itself");
        assert_eq!(of(100, settled(60, 0)), Pence(100), "the rest is still owed");
        assert_eq!(of(100, settled(100, 10)), Pence(90));
        // Lowered by a variation: ten were invoiced too much.
        assert_eq!(of(90, settled(100, 0)), Pence(90));
        assert_eq!(of(90, settled(100, 10)), Pence(90));
        assert_eq!(of(90, settled(100, 15)), Pence(85));
    }

    #[test]
    fn m9_what_is_left_is_carried_and_so_is_what_was_overspent() {
        let end = |brought, put_in, spent| YearEnd {
            brought_forward: Pence(brought),
            put_in: Pence(put_in),
            spent: Pence(spent),
        };
        assert_eq!(end(0, 100, 90).carried(), Pence(10));
        assert_eq!(end(10, 100, 130).carried(), Pence(-20));
    }
}
