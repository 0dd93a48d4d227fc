//! stub
pub mod policy { #[derive(Clone,Copy,Debug,PartialEq,Eq)] pub enum Relation { Host, Partner, FundedProvider, Unrelated, Public } }
