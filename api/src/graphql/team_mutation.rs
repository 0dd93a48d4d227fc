//! Setting teams up, changing them, and delegating to them.

use async_graphql::{Context, Object, Result};

use super::{
    request::Asked,
    team::{Team, TeamFunction, TeamLimit, TeamMember},
    team_input::{
        AddTeamFunctionInput, AddTeamMemberInput, AddTeamPostInput, CreateTeamInput,
        DelegateLimitInput, EndTeamMemberInput, EndTeamPostInput, MoveTeamFunctionInput,
        UpdateTeamInput,
    },
    team_post::TeamPost,
};
use crate::{payload, service::team};

payload! {
    /// What came of setting a team up.
    CreateTeamPayload {
        /// The team; null when it was refused.
        team: Team
    }
}
payload! {
    /// What came of changing a team.
    UpdateTeamPayload {
        /// The team; null when it was refused.
        team: Team
    }
}
payload! {
    /// What came of recording a post.
    AddTeamPostPayload {
        /// The post; null when it was refused.
        post: TeamPost
    }
}
payload! {
    /// What came of ending a post.
    EndTeamPostPayload {
        /// The post with its last day; null when it was refused.
        post: TeamPost
    }
}
payload! {
    /// What came of seating somebody.
    AddTeamMemberPayload {
        /// The seat; null when it was refused.
        member: TeamMember
    }
}
payload! {
    /// What came of ending a seat.
    EndTeamMemberPayload {
        /// The seat with its last day; null when it was refused.
        member: TeamMember
    }
}
payload! {
    /// What came of delegating.
    DelegateLimitPayload {
        /// The limit; null when it was refused.
        limit: TeamLimit
    }
}
payload! {
    /// What came of recording a function.
    AddTeamFunctionPayload {
        /// The function; null when it was refused.
        function: TeamFunction
    }
}
payload! {
    /// What came of moving a function.
    MoveTeamFunctionPayload {
        /// The function; null when it was refused.
        function: TeamFunction
    }
}

/// Teams, set up and changed.
#[derive(Default)]
pub struct TeamMutation;

/// Reads the input, does it, and answers with the payload.
macro_rules! done {
    ($ctx:ident, $read:expr, $do:path, $dry_run:expr, $payload:ident, $object:expr) => {{
        let (database, viewer) = ($ctx.database()?, $ctx.viewer()?);
        let done = match $read {
            Ok(read) => $do(database, viewer, $dry_run, read).await,
            Err(refusal) => Err(refusal.into()),
        };
        $ctx.request()?.after_write().await;
        $payload::answer(done, $object)
    }};
}

#[Object]
impl TeamMutation {
    /// Sets a team up under an agreement. A partner's COMMISSIONER.
    async fn create_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The team.")] input: CreateTeamInput,
    ) -> Result<CreateTeamPayload> {
        done!(ctx, input.read(), team::create, input.dry_run, CreateTeamPayload, Team)
    }

    /// Changes a team. With its last day its view ends. A partner's COMMISSIONER.
    async fn update_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] input: UpdateTeamInput,
    ) -> Result<UpdateTeamPayload> {
        done!(ctx, input.read(), team::update, input.dry_run, UpdateTeamPayload, Team)
    }

    /// Records a post of a team, and who pays for it. A partner's COMMISSIONER, or the team's.
    async fn add_team_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The post.")] input: AddTeamPostInput,
    ) -> Result<AddTeamPostPayload> {
        done!(ctx, input.read(), team::add_post, input.dry_run, AddTeamPostPayload, TeamPost)
    }

    /// Ends a post of a team. A partner's COMMISSIONER, or the team's.
    async fn end_team_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The post, and its last day.")] input: EndTeamPostInput,
    ) -> Result<EndTeamPostPayload> {
        done!(ctx, input.read(), team::end_post, input.dry_run, EndTeamPostPayload, TeamPost)
    }

    /// Lets somebody of your own organisation sit on a team. A partner's COMMISSIONER or ADMIN;
    /// another organisation's staff needs its approval, by `proposeTeamMembership`.
    async fn add_team_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, in which role and for how long.")] input: AddTeamMemberInput,
    ) -> Result<AddTeamMemberPayload> {
        let read = input.read(ctx.viewer()?);
        done!(ctx, read, team::add_member, input.dry_run, AddTeamMemberPayload, TeamMember)
    }

    /// Ends a seat on a team: the team's view is gone at once, for tokens that were given before
    /// too. A partner's COMMISSIONER, or the employer's ADMIN.
    async fn end_team_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The seat, and its last day.")] input: EndTeamMemberInput,
    ) -> Result<EndTeamMemberPayload> {
        done!(ctx, input.read(), team::end_member, input.dry_run, EndTeamMemberPayload, TeamMember)
    }

    /// Delegates to a team, from a day on: it then decides alone up to the limit (rule M13). A
    /// partner's COMMISSIONER.
    async fn delegate_limit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The limit.")] input: DelegateLimitInput,
    ) -> Result<DelegateLimitPayload> {
        done!(ctx, input.read(), team::delegate, input.dry_run, DelegateLimitPayload, TeamLimit)
    }

    /// Records what a team does. A partner's COMMISSIONER, or the team's.
    async fn add_team_function(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The function.")] input: AddTeamFunctionInput,
    ) -> Result<AddTeamFunctionPayload> {
        let read = input.read();
        done!(ctx, read, team::add_function, input.dry_run, AddTeamFunctionPayload, TeamFunction)
    }

    /// Records that a function moves from a team to a provider on a day. It gives the provider no
    /// view. A partner's COMMISSIONER, or the team's.
    async fn move_team_function(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The function, the provider and the day.")] input: MoveTeamFunctionInput,
    ) -> Result<MoveTeamFunctionPayload> {
        let (read, dry_run) = (input.read(), input.dry_run);
        done!(ctx, read, team::move_to_provider, dry_run, MoveTeamFunctionPayload, TeamFunction)
    }
}
