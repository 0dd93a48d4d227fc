//! Sets of object types, as bits.

/// A set of object types of one schema, by their places in its list. The last word is never empty,
/// so that equal sets are equal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Possible(Box<[u64]>);

impl Possible {
    pub fn of(places: impl Iterator<Item = usize>) -> Self {
        let mut words = Vec::new();
        for place in places {
            let (word, bit) = (place / 64, place % 64);
            if words.len() <= word {
                words.resize(word + 1, 0);
            }
            words[word] |= 1_u64 << bit;
        }
        Self(words.into())
    }

    /// What both hold.
    pub fn both(&self, other: &Self) -> Self {
        let mut words: Vec<u64> = self.0.iter().zip(&*other.0).map(|(a, b)| a & b).collect();
        while words.last() == Some(&0) {
            words.pop();
        }
        Self(words.into())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether everything here is in the other set too.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.len() <= other.0.len() && self.0.iter().zip(&*other.0).all(|(a, b)| a & b == *a)
    }

    /// The one place in a set of one.
    pub fn only(&self) -> Option<usize> {
        let count: u32 = self.0.iter().map(|word| word.count_ones()).sum();
        let last = self.0.len().checked_sub(1)?;
        (count == 1).then(|| last * 64 + self.0[last].trailing_zeros() as usize)
    }
}
