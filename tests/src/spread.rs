//! Several servers on one database, with requests spread over them as a balancer does.
//!
//! With `TRIBUTARY_TEST_SERVERS=2` every world on PostgreSQL has two servers. They share the
//! database and the clock, and nothing else: connections, keys, budgets and what failed lately are
//! each one's own, as of two processes.

use std::{
    env,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{Router, extract::Request};
use tower::{ServiceExt, service_fn};
use tributary::http::{self, App};

use crate::Engine;

/// How many servers a world has. An embedded database has one.
///
/// # Panics
/// When `TRIBUTARY_TEST_SERVERS` is no number.
#[must_use]
pub fn servers(engine: Engine) -> usize {
    match (engine, env::var("TRIBUTARY_TEST_SERVERS")) {
        (Engine::Postgres, Ok(number)) => number.parse().expect("a number of servers"),
        _ => 1,
    }
}

/// Where these servers answer, each the next request.
///
/// # Panics
/// When no port is free.
pub async fn serve(apps: Vec<Arc<App>>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    if let [app] = apps.as_slice() {
        tokio::spawn(http::serve(listener, Arc::clone(app), std::future::pending()));
        return address;
    }
    for app in &apps {
        let hub = app.hub.clone();
        tokio::spawn(async move { hub.follow().await });
    }
    let routers: Arc<[Router]> = apps.into_iter().map(http::router).collect();
    let next = Arc::new(AtomicUsize::new(0));
    let balancer = service_fn(move |request: Request| {
        let turn = next.fetch_add(1, Ordering::Relaxed) % routers.len();
        routers[turn].clone().oneshot(request)
    });
    let served = Router::new().fallback_service(balancer);
    let served = served.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, served).await });
    address
}
