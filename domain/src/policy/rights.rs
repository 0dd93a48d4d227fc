use std::{fmt, ops::BitOr};

/// What one cell of the matrix grants. Rights add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rights(pub(super) u16);

/// Whether rights read something of a kind.
type Reads = fn(Rights) -> bool;

impl Rights {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Reads all of it.
    pub const READ: Self = Self(1);
    /// Writes all of it.
    pub const WRITE: Self = Self(1 << 1);
    /// Approves it.
    pub const APPROVE: Self = Self(1 << 2);
    /// Reads its own part.
    pub const READ_OWN: Self = Self(1 << 3);
    /// Writes its own part.
    pub const WRITE_OWN: Self = Self(1 << 4);
    /// Approves what affects its own part.
    pub const APPROVE_OWN: Self = Self(1 << 5);
    /// Proposes changes that others decide on.
    pub const PROPOSE: Self = Self(1 << 6);
    /// Reads what was published, as published: snapshots, never live rows (rule V5).
    pub const PUBLISHED: Self = Self(1 << 7);

    /// Reads what its parties have opened: the value of a link that is open-book or material.
    pub const READ_OPEN: Self = Self(1 << 9);

    /// Reads what the lead provider shares with its consortium: the value of a link, on its days.
    pub const READ_SHARED: Self = Self(1 << 10);

    /// Reads a summary: the few fields of a group that say what there is, and no detail.
    pub const SUMMARY: Self = Self(1 << 8);

    /// These and those.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True when every right of `other` is among these.
    #[must_use]
    pub const fn grants(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Reads all of it, live.
    #[must_use]
    pub const fn reads_all(self) -> bool {
        self.grants(Self::READ)
    }

    /// Reads its own part, live: whoever reads all reads that too.
    #[must_use]
    pub const fn reads_own(self) -> bool {
        self.reads_all() || self.grants(Self::READ_OWN)
    }

    /// Reads its summary: whoever reads all reads that too.
    #[must_use]
    pub const fn reads_summary(self) -> bool {
        self.reads_all() || self.grants(Self::SUMMARY)
    }

    /// Reads what its parties have opened: whoever reads all reads that too.
    #[must_use]
    pub const fn reads_open(self) -> bool {
        self.reads_all() || self.grants(Self::READ_OPEN)
    }

    /// Reads what the lead provider shares: whoever reads all reads that too.
    #[must_use]
    pub const fn reads_shared(self) -> bool {
        self.reads_all() || self.grants(Self::READ_SHARED)
    }

    /// What is read by these rights and by others alike: who previews another's view reads nothing in
    /// it that it does not read itself (rule V7). What may be done stays as it is.
    #[must_use]
    pub fn read_by_both(self, other: Self) -> Self {
        let reading: [(Reads, Self); 5] = [
            (Self::reads_all, Self::READ),
            (Self::reads_own, Self::READ_OWN),
            (Self::reads_summary, Self::SUMMARY),
            (Self::reads_open, Self::READ_OPEN),
            (Self::reads_shared, Self::READ_SHARED),
        ];
        reading.into_iter().fold(self, |rights, (reads, right)| match reads(self) && reads(other) {
            true => rights.and(right),
            false => Self(rights.0 & !right.0),
        })
    }

    /// Writes all of it.
    #[must_use]
    pub const fn writes_all(self) -> bool {
        self.grants(Self::WRITE)
    }

    /// Writes its own part: whoever writes all writes that too.
    #[must_use]
    pub const fn writes_own(self) -> bool {
        self.writes_all() || self.grants(Self::WRITE_OWN)
    }
}

impl BitOr for Rights {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        self.and(other)
    }
}

/// As the documentation writes it: `RWA`, `R, W own`, `–`.
impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = |marks: &[(Self, &str)]| -> String {
            let granted = marks.iter().filter(|(right, _)| self.grants(*right));
            granted.map(|(_, letter)| *letter).collect()
        };
        let all = letters(&[(Self::READ, "R"), (Self::WRITE, "W"), (Self::APPROVE, "A")]);
        let own =
            letters(&[(Self::READ_OWN, "R"), (Self::WRITE_OWN, "W"), (Self::APPROVE_OWN, "A")]);
        let mut words = vec![all];
        words.push(if own.is_empty() { own } else { format!("{own} own") });
        words.push(letters(&[(Self::PROPOSE, "W propose")]));
        words.push(letters(&[(Self::SUMMARY, "S")]));
        words.push(letters(&[(Self::READ_OPEN, "R open")]));
        words.push(letters(&[(Self::READ_SHARED, "R shared")]));
        words.push(letters(&[(Self::PUBLISHED, "P")]));
        words.retain(|word| !word.is_empty());
        if words.is_empty() { f.write_str("–") } else { f.write_str(&words.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_add_up_and_all_includes_own() {
        let both = Rights::READ_OWN | Rights::WRITE;
        assert!(both.reads_own() && !both.reads_all());
        assert!(both.writes_own() && both.writes_all());
        assert!(Rights::READ.reads_own() && !Rights::READ.writes_own());
        assert_eq!(Rights::READ | Rights::READ, Rights::READ, "granted twice is granted");
        let summary = Rights::SUMMARY | Rights::READ_OPEN;
        let both = (Rights::READ | Rights::WRITE).read_by_both(summary);
        assert_eq!(both, Rights::WRITE | summary, "V7: what both read");
        assert!(Rights::READ.read_by_both(Rights::READ).reads_all(), "V7");
        assert_eq!(Rights::READ_OWN.read_by_both(summary), Rights::NONE, "V7");
        assert!(Rights::READ_OWN.read_by_both(Rights::READ).reads_own(), "V7");
        assert!(!Rights::PUBLISHED.reads_own(), "V5: what is published is not the live row");
        assert_eq!(
            (Rights::READ | Rights::PROPOSE | Rights::APPROVE_OWN).to_string(),
            "R, A own, W propose"
        );
        assert_eq!(Rights::NONE.to_string(), "–");
    }
}
