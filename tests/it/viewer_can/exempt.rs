//! Mutations that no object can tell anything of beforehand, each with the reason.

const OWN_STAFF: &str = "it acts upon the viewer's own organisation, by the role ADMIN in it alone: \
                         the viewer's memberships say so";
const OWN_SESSION: &str = "it acts upon the viewer itself, who may always";
const CLOSED: &str = "who closed is acted upon, which cannot ask; its successors are told why not";
const NOTHING_YET: &str = "there is nothing yet that could answer";
const BODIES: &str =
    "bodies are read by everybody alike, and who may is a role of the viewer's own";

/// The mutations of which no object answers, and why.
pub const EXEMPT: &[(&str, &str)] = &[
    ("createPartnershipAgreement", NOTHING_YET),
    ("registerPlaceholder", NOTHING_YET),
    ("startExport", NOTHING_YET),
    ("cancelExport", "whoever sees an export may give it up: tests/it/exports"),
    ("importFile", "it opens a job; each row is decided upon by the rule of what it does"),
    ("draftContract", NOTHING_YET),
    ("importContracts", NOTHING_YET),
    ("mergePlaceholder", BODIES),
    ("nameSuccessor", CLOSED),
    ("nameContractSuccessor", CLOSED),
    ("setExternalReference", "whoever sees an object says what it calls it itself"),
    ("grantMembership", OWN_STAFF),
    ("endMembership", OWN_STAFF),
    ("linkOutsideIdentity", OWN_STAFF),
    ("endOutsideIdentity", OWN_STAFF),
    ("createServiceAccount", OWN_STAFF),
    ("disableServiceAccount", OWN_STAFF),
    ("issueServiceAccountKey", OWN_STAFF),
    ("revokeServiceAccountKey", OWN_STAFF),
    ("exchangeServiceAccountKey", OWN_SESSION),
    ("endSession", OWN_SESSION),
    ("endAllSessions", OWN_SESSION),
    ("signOut", OWN_SESSION),
    ("changePassword", OWN_SESSION),
    ("signIn", OWN_SESSION),
    ("refreshSession", OWN_SESSION),
    ("switchActingAs", OWN_SESSION),
];
