//! What is asked about contracts and their chains.

use serde_json::{Value, json};

use super::operations::{Operations, PAGE};

impl Operations {
    /// Contracts, narrowed and ordered, or one of them with its chain.
    pub(super) fn contracting(&mut self) -> (String, Value) {
        if self.random.below(2) == 0 {
            let contract = Self::one(&mut self.random, &self.contracts);
            let link = Self::one(&mut self.random, &self.links);
            let budget = Self::one(&mut self.random, &self.budgets);
            let document = format!(
                "query($id: ID!, $link: ID!, $budget: ID!) {{ contract(id: $id) {{ {CONTRACT} supplyChain {{ \
                 links(first: 50) {{ totalCount nodes {{ {LINK} }} }} }} }} \
                 {CHAIN} \
                 node(id: $link) {{ ... on Subcontract {{ {LINK} }} }} \
                 budget: node(id: $budget) {{ ... on DelegatedBudget {{ {BUDGET} }} }} \
                 delegatedBudgets(first: 20) {{ totalCount nodes {{ id }} }} \
                 delegatedPayments(first: 20) {{ totalCount nodes {{ {SPENDING} }} }} }}"
            );
            return (document, json!({ "id": contract, "link": link, "budget": budget }));
        }
        let wanted = self.pick(&[
            "{}",
            "{ title: { startsWith: \"a\" } }",
            "{ not: { title: { startsWith: \"a\" } } }",
            "{ status: { eq: ACTIVE } }",
            "{ status: { in: [EXPIRED, DRAFT] } }",
            "{ reference: { eq: \"CARE\" } }",
        ]);
        let order = self.pick(&["TITLE_ASC", "TITLE_DESC", "REFERENCE_ASC", "STARTS_ON_DESC"]);
        let arguments = self.arguments_of_few();
        let document = format!(
            "{{ contracts(where: {wanted}, orderBy: [{order}], {arguments}) {{ {PAGE} nodes \
             {{ {CONTRACT} }} }} contract(reference: \"HOME\") {{ id title }} \
             contractPublications({arguments}) {{ {PAGE} nodes {{ {PUBLISHED} }} }} \
             contractHolders(first: 20) {{ totalCount nodes {{ organisation {{ id }} contracts }} }} \
             contractSuppliers(first: 20) {{ totalCount nodes {{ organisation {{ id }} contracts holds \
             sells }} }} }}"
        );
        (document, json!({}))
    }
}

const CHAIN: &str = "paid: contract(id: $id) { pay { components { reference name kind versions { number } } \
     schedule(financialYear: \"2025/26\") { total components { reference amount } } } \
     supplyChain(financialYear: \"2025/26\") { tree { subcontract { id } children { subcontract { id } \
     children { subcontract { id } children { subcontract { id } } } } } \
     figures { organisationsByTier { tier organisations } linksWithoutValue subcontracted { amount \
     valueBand } retained { amount valueBand } shareSubcontracted concentration \
     singlePointsOfFailure { service organisation { id } } breaches { kind subcontract financialYear } } } } \
     organisations(first: 50) { nodes { exposure(financialYear: \"2025/26\") { contracts buyers sellers \
     sold { amount valueBand } bought { amount } kept { amount } greatestBuyer } } }";
const PUBLISHED: &str = "id financialYear publishedAt withdrawnAt withdrawalReason \
     contract { reference title yearlyValue providers payments { period amount } }";
const CONTRACT: &str = "publications(first: 9) { totalCount nodes { id withdrawnAt } } id reference asOf title form services startsOn endsOn status version \
     commissioners { organisation { id } weight endsOn } providers { organisation { id } endsOn } \
     values { financialYear amount ownShare } wholeValue wholeValueBand valueVersion \
     paymentPunctuality { whole { paid late mostDaysLate } byTier { tier punctuality { paid late \
     confirmed contested withheld { reason } } } } \
     delegation { budgets(first: 20) { totalCount nodes { id } } viewerCan { delegate { allowed reason } } \
     year(financialYear: \"2025/26\") { whole { budget spent left explanation { steps { inputs { name \
     amount } } } withheld { reason } } holders(first: 20) { nodes { holder { id } position { left } } } } } \
     conditions { id } variations { number summary } guarantees { id amount } terms { title } statusHistory { status } \
     novatedTo { effectiveOn documentReference decision { minuteReference } head { id } contract { id } } \
     novatedFrom(first: 50) { totalCount nodes { effectiveOn contract { id } } } \
     valuePerHead(people: 50) { financialYear value people amount usualMost warnings } \
     interests { id organisation { id } account description management withdrawnAt withdrawalReason \
     withheld { field reason } viewerCan { withdraw { allowed reason } } } \
     agreement { id } withheld { field reason } viewerCan { update { allowed reason } } \
     pay { withheld { field reason } outcomeFramework { number effectiveOn } \
     measurements { number reading state reason decidedOn } withholdings(financialYear: \"2025/26\") { number version \
     component basisPoints monthlyAmount amounts { withheld outstanding } ownShare { released } \
     endedOn settlements { number amount } viewerCan { settle { allowed reason } } } paymentRuns(financialYear: \"2025/26\") { number state total \
     ownShare reason withheld { field reason } viewerCan { decide { allowed reason } } \
     lines { number amount state acts { kind reason } viewerCan { query { allowed reason } } } } }";
const BUDGET: &str = "id purpose startsOn version isWithdrawn holder { id } contract { id } \
     versions { number effectiveOn amounts { financialYear amount } } withheld { field reason } \
     position(financialYear: \"2025/26\") { budget spent left isOverspent withheld { reason } } \
     spending(first: 20) { totalCount nodes { id amount } } \
     viewerCan { change { allowed reason } recordSpending { allowed reason } }";
const SPENDING: &str = "id amount documentReference spentOn budget { id purpose } payer { id } \
     payee { id } reversedBy { id } viewerCan { reverse { allowed reason } }";
const LINK: &str = "id tier service reference stage confirmation isMaterial startsOn endsOn version \
     path buyer { id } seller { id } contract { id } above { tier stage status endsOn novatedTo { id } } \
     value { amount valueBand fromBasisPoints toBasisPoints } withheld { field reason } \
     valueVersion valueVersions { version reason confirmation approval decidedOn refusedBecause \
     interests { id } values { financialYear amount } } \
     consortiumShares { number startsOn endsOn reason documentReference stoppedOn stopReason } \
     payments(first: 50) { totalCount nodes { id amount state reason version } } \
     punctuality { paid late confirmed contested mostDaysLate withheld { reason } } \
     feeds { number startsOn endsOn documentReference endedOn endReason withheld { field reason } \
     measure { reference name threshold target weight withheld { field } feeds { number } } } \
     measurements { number subcontractNumber reading state reason isOnBehalf answer contestedBecause \
     onBehalfOf { id } measure { reference threshold weight } } \
     clauses { clause status note } viewerCan { keep { allowed reason } answer { allowed reason } \
     shareWithConsortium { allowed reason } submitMeasurement { allowed reason } \
     answerMeasurement { allowed reason } recordMeasureFeed { allowed reason } }";
