use sea_orm::DeriveValueType;

/// Hundredths of a percent: 10,000 is the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct BasisPoints(pub i32);

impl BasisPoints {
    /// The whole: one hundred percent.
    pub const WHOLE: Self = Self(10_000);
}
