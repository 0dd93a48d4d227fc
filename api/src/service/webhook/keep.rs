use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    task::{Id, JoinSet},
    time,
};
use uuid::Uuid;

use super::turn::Telling;

/// How often it is looked for what is due by time.
const EVERY: Duration = Duration::from_secs(1);

/// Tells webhooks what changes, again and again. A receiver that does not answer takes one of the turns for
/// as long as an attempt lasts, and makes nobody wait beside.
pub async fn keep_telling(telling: Arc<Telling>, mut heads: watch::Receiver<i64>) {
    let mut turns: JoinSet<()> = JoinSet::new();
    let mut at_work: HashMap<Id, Uuid> = HashMap::new();
    loop {
        if at_work.len() < telling.at_once {
            begin(&telling, &mut turns, &mut at_work).await;
        }
        tokio::select! {
            Some(ended) = turns.join_next_with_id() => {
                let id = ended.map_or_else(|failed| failed.id(), |(id, ())| id);
                at_work.remove(&id);
            }
            // The database holds the sender for as long as there is a process.
            _ = heads.changed(), if at_work.len() < telling.at_once => {}
            () = time::sleep(EVERY) => {}
        }
    }
}

async fn begin(telling: &Arc<Telling>, turns: &mut JoinSet<()>, at_work: &mut HashMap<Id, Uuid>) {
    let besides: Vec<Uuid> = at_work.values().copied().collect();
    let due = match telling.due(&besides).await {
        Ok(due) => due,
        Err(fault) => {
            tracing::error!(%fault, "it cannot be looked for webhooks that are due; it is tried again");
            return;
        }
    };
    for row in due.into_iter().take(telling.at_once.saturating_sub(at_work.len())) {
        let (telling, id) = (Arc::clone(telling), row.id);
        let turn = turns.spawn(async move {
            if let Err(stopped) = telling.turn(row).await {
                tracing::error!(%stopped, webhook = %id, "a webhook was not told; it is tried again");
                // What failed would fail at once again.
                time::sleep(EVERY).await;
            }
        });
        at_work.insert(turn.id(), id);
    }
}
