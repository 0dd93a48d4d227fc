//! The arrangements of the source documents, each built, run for two years and looked at by
//! everybody around it. The figures are worked out in the tests, from the story.

mod abandoned;
mod cancelled;
mod capitated;
mod copd;
mod delegated;
mod emergency;
mod episodes;
mod failed;
mod from_outside;
mod learning_disabilities;
mod practice_networks;
mod quality_scheme;
mod shared_by_practices;
mod side_by_side;
mod urgent_care;
mod whole_population;
