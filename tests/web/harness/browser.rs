//! One browser of each engine, started when the first test needs it and used by one test at a time.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::canary::Canary;
use super::engine::Engine;
use super::page::Page;
use super::server::Server;
use super::tools;
use super::webdriver::Session;

/// A browser, and the servers that only it talks to.
#[derive(Debug)]
pub(crate) struct Browser {
    pub(crate) engine: Engine,
    pub(crate) session: Session,
    pub(crate) server: Server,
    pub(crate) canary: Canary,
    driver: u16,
}

/// `Err` when it did not start: there is no point in trying again for each test.
type Slot = Option<Result<Browser, String>>;

static SLOTS: [Mutex<Slot>; 3] = [const { Mutex::new(None) }; 3];

impl Browser {
    fn start(engine: Engine) -> Result<Self, String> {
        let canary = Canary::start();
        let driver = engine.start_driver()?;
        Ok(Self {
            engine,
            session: engine.open(driver, canary.port)?,
            server: Server::start(),
            canary,
            driver,
        })
    }
}

/// Runs a test on a fresh tab, and looks at the end whether anything was complained about.
///
/// A test that fails is run once more in a new session: real browsers on a busy machine are not
/// quite steady, and one failure of hundreds of tests says little until it comes again. What came
/// only once is told, with its message, and stands in the summary of `cargo xtask test`.
pub(crate) fn with_page(engine: Engine, name: &str, test: impl Fn(&Page<'_>)) {
    if tools::are_left_out() {
        tools::say(&format!(
            "LEFT OUT: {name} in {engine}, because SHELFMARK_SKIP_WEB is set"
        ));
        return;
    }
    let mut slot = SLOTS[engine as usize]
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let Err(failure) = attempt(&mut slot, engine, name, &test) else {
        return;
    };
    let Err(failure) = attempt(&mut slot, engine, name, &test) else {
        tools::note_unsteady(&format!("{name} in {engine}: {}", message(&*failure)));
        return;
    };
    drop(slot);
    panic::resume_unwind(failure);
}

/// One run of a test; after a failure the browser has a new session, so that nothing suffers from
/// the state that it was in.
fn attempt(
    slot: &mut Slot,
    engine: Engine,
    name: &str,
    test: &impl Fn(&Page<'_>),
) -> Result<(), Box<dyn Any + Send>> {
    let browser = match slot.get_or_insert_with(|| Browser::start(engine)) {
        Ok(browser) => browser,
        Err(problem) => panic!("{problem}"),
    };
    let start = Instant::now();
    let result = panic::catch_unwind(AssertUnwindSafe(|| {
        let page = Page::fresh(browser);
        test(&page);
        page.assert_quiet();
    }));
    tools::note_time(name, engine, start.elapsed());
    let Err(failure) = result else { return Ok(()) };
    let (what, shown) = (message(&*failure), Page::state(browser));
    tools::say(&format!("{name} in {engine}: {what}\n{shown}"));
    browser.session.close();
    match engine.open(browser.driver, browser.canary.port) {
        Ok(session) => browser.session = session,
        Err(problem) => *slot = Some(Err(problem)),
    }
    Err(failure)
}

/// What a test said when it failed.
fn message(failure: &(dyn Any + Send)) -> &str {
    let text = failure.downcast_ref::<&str>().copied();
    text.or_else(|| failure.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("it failed")
}
