/// The importers. To add one: a variant here, its name, its arm in `File::carry_out` and in
/// the GraphQL mirror; its reader in `import`, its function in the noun's service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The collected list of bodies.
    Organisations,
    /// Who took over from whom.
    Successors,
    /// Which board covers which council.
    IcbLocalAuthority,
    /// The Organisation Data Service's list of trusts.
    OdsEtr,
    /// The Organisation Data Service's list of commissioners.
    OdsEccg,
    /// The statistics office's list of boards.
    OnsIcbNames,
    /// What partners plan to pay in.
    Contributions,
    /// What funds buy, and who funds it.
    Schemes,
    /// What schemes are expected to spend.
    Forecasts,
    /// Councils' returns on adult social care of 2014/15.
    AdultSocialCare,
    /// What public bodies paid, as they publish it; begun in `service::payments`.
    Payments,
    /// Published notices of contracts; begun in `service::contract_import`.
    Contracts,
}

impl Kind {
    /// Every importer.
    pub const ALL: [Self; 12] = [
        Self::Organisations,
        Self::Successors,
        Self::IcbLocalAuthority,
        Self::OdsEtr,
        Self::OdsEccg,
        Self::OnsIcbNames,
        Self::Contributions,
        Self::Schemes,
        Self::Forecasts,
        Self::AdultSocialCare,
        Self::Payments,
        Self::Contracts,
    ];

    /// The name by which the operator calls it, and jobs are kept.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Organisations => "organisations",
            Self::Successors => "successors",
            Self::IcbLocalAuthority => "icb-local-authority",
            Self::OdsEtr => "ods-etr",
            Self::OdsEccg => "ods-eccg",
            Self::OnsIcbNames => "ons-icb-names",
            Self::Contributions => "contributions",
            Self::Schemes => "schemes",
            Self::Forecasts => "forecasts",
            Self::AdultSocialCare => "adult-social-care",
            Self::Payments => "payments",
            Self::Contracts => "contracts",
        }
    }

    /// The importer that goes by `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// True of lists that everybody shares: they are the operator's to import.
    #[must_use]
    pub fn is_operators(self) -> bool {
        match self {
            Self::Organisations
            | Self::Successors
            | Self::IcbLocalAuthority
            | Self::OdsEtr
            | Self::OdsEccg
            | Self::OnsIcbNames
            | Self::AdultSocialCare => true,
            Self::Contributions
            | Self::Schemes
            | Self::Forecasts
            | Self::Payments
            | Self::Contracts => false,
        }
    }

    /// The mutation that begins it.
    pub(super) fn mutation(self) -> &'static str {
        match self {
            Self::Payments => "importPayments",
            Self::Contracts => "importContracts",
            _ => "importFile",
        }
    }
}
