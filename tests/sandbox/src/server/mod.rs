//! The local sign-in service: one process, one port, reached through `AWS_ENDPOINT_URL`.
//!
//! A thread for each connection. STS, IAM, instance metadata, the container endpoint, IAM Identity Center and the
//! console's sign-in are here; `route` says which request is whose, and `control` lets other processes do what the
//! methods of [`Server`] do.

mod control;
mod exchange;
mod fault;
pub(crate) mod http;
mod log;
mod route;
pub(crate) mod state;

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use exchange::Outcome;
use http::{Connection, Response};
use state::State;

pub use crate::account::Account;
pub use fault::{Fault, FaultKind};
pub use http::Request;
pub use log::Call;

/// The running service; it stops when dropped.
#[derive(Debug)]
pub struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
    listening: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    stopping: AtomicBool,
    /// A second handle of every open connection, to end it with.
    open: Mutex<BTreeMap<u64, TcpStream>>,
}

impl Server {
    /// Starts in the standard state, on a port that the system chooses.
    ///
    /// # Errors
    /// The port cannot be had.
    pub fn start() -> io::Result<Self> {
        Self::start_on(0)
    }

    /// Starts on a certain port; 0 leaves the choice to the system.
    ///
    /// # Errors
    /// The port cannot be had.
    pub fn start_on(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            state: Mutex::new(State::new()),
            stopping: AtomicBool::new(false),
            open: Mutex::new(BTreeMap::new()),
        });
        let theirs = Arc::clone(&shared);
        let listening = thread::Builder::new().name("sandbox".into()).spawn(move || listen(&theirs, &listener))?;
        Ok(Self { shared, address, listening: Some(listening) })
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Back to the standard state: empty log, no faults, clock right.
    pub fn reset(&self) {
        *self.state() = State::new();
    }

    /// Every request so far, except the control interface's.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// How many calls of `action` have come, whatever became of them.
    pub fn count(&self, action: &str) -> usize {
        self.state().calls.iter().filter(|call| call.action == action).count()
    }

    /// How many calls of CreateToken were for this grant, such as `refresh_token`, whatever became of them.
    pub fn count_grant(&self, grant: &str) -> usize {
        self.count_grants("CreateToken", grant)
    }

    /// How many calls of SigninToken were for this grant, whatever became of them.
    pub fn count_signin_grant(&self, grant: &str) -> usize {
        self.count_grants("SigninToken", grant)
    }

    /// The person approves the device that shows this code; false when none waits with it.
    pub fn approve_device(&self, user_code: &str) -> bool {
        self.state().decide(user_code, true)
    }

    /// The person denies the device that shows this code; false when none waits with it.
    pub fn deny_device(&self, user_code: &str) -> bool {
        self.state().decide(user_code, false)
    }

    /// Something goes wrong from now on, after the faults that wait already.
    pub fn fault(&self, fault: Fault) {
        self.state().faults.push(fault);
    }

    /// Nothing goes wrong any more.
    pub fn clear_faults(&self) {
        self.state().faults.clear();
    }

    /// Waits until every request that was sent so far was acted upon and its connection is closed; false when that
    /// takes more than ten seconds.
    pub fn settle(&self) -> bool {
        // Connections are accepted in order: with this one, all before it are open or over.
        let ask = |mut stream: TcpStream| {
            stream.write_all(b"GET /_sandbox/counts HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n\r\n")?;
            stream.read(&mut [0])
        };
        if TcpStream::connect(self.address).and_then(ask).is_err() {
            return false;
        }
        let until = Instant::now() + Duration::from_secs(10);
        while !self.shared.open().is_empty() {
            if Instant::now() > until {
                return false;
            }
            thread::sleep(Duration::from_millis(2));
        }
        true
    }

    /// Sets how far the server's clock is ahead of this machine's.
    pub fn clock_offset(&self, seconds: i64) {
        self.state().offset = seconds;
    }

    /// Seconds since 1970 on the server's clock.
    pub fn now(&self) -> i64 {
        self.state().now()
    }

    /// A copy of what the services know, issued credentials included.
    pub fn account(&self) -> Account {
        self.state().account.clone()
    }

    /// Changes what the services know.
    pub fn update(&self, change: impl FnOnce(&mut Account)) {
        change(&mut self.state().account);
    }

    fn count_grants(&self, action: &str, grant: &str) -> usize {
        let theirs = |call: &&Call| call.action == action && call.grant.as_deref() == Some(grant);
        self.state().calls.iter().filter(theirs).count()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // Wakes the listener; with nobody there to wake, nothing is to be done.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
        for stream in self.shared.open().values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Shared {
    fn open(&self) -> MutexGuard<'_, BTreeMap<u64, TcpStream>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn listen(shared: &Arc<Shared>, listener: &TcpListener) {
    for (id, stream) in (0u64..).zip(listener.incoming()) {
        if shared.stopping.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let Ok(second) = stream.try_clone() else { continue };
        let _ = stream.set_nodelay(true);
        shared.open().insert(id, second);
        let theirs = Arc::clone(shared);
        let started = thread::Builder::new().name(format!("sandbox-{id}")).spawn(move || {
            // A client that goes in the middle of something is none of the server's worries.
            let _ = serve(&theirs, Connection::new(stream), id);
        });
        if started.is_err() {
            shared.open().remove(&id);
        }
    }
}

/// Answers a connection's requests until either side ends it.
fn serve(shared: &Shared, mut connection: Connection, id: u64) -> io::Result<()> {
    let ended = converse(shared, &mut connection);
    // The last handle goes with `connection`; it is then that the system closes or resets.
    shared.open().remove(&id);
    ended
}

fn converse(shared: &Shared, connection: &mut Connection) -> io::Result<()> {
    loop {
        let request = match connection.request() {
            Ok(Some(request)) => request,
            Ok(None) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return connection.answer(&Response::new(400, "text/plain", error.to_string()));
            }
            Err(error) => return Err(error),
        };
        match exchange::exchange(&shared.state, &request) {
            Outcome::Answer(response, late) => {
                thread::sleep(late);
                connection.answer(&response)?;
            }
            Outcome::Cut(response, bytes) => return connection.answer_cut(&response, bytes),
            Outcome::Reset => return connection.reset(),
            Outcome::Hang => return connection.wait_for_the_end(),
        }
    }
}
