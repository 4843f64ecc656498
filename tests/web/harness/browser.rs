//! One browser of each engine, started when the first test needs it and used by one test at a time.

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
pub(crate) fn with_page(engine: Engine, name: &str, test: impl FnOnce(&Page<'_>)) {
    if tools::are_left_out() {
        tools::say(&format!(
            "LEFT OUT: {name} in {engine}, because SHELFMARK_SKIP_WEB is set"
        ));
        return;
    }
    let mut slot = SLOTS[engine as usize]
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
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
    let Err(failure) = result else { return };
    tools::say(&format!("{name} in {engine}: {}", Page::state(browser)));
    // Whatever state it is in, the next test shall not suffer from it.
    browser.session.close();
    match engine.open(browser.driver, browser.canary.port) {
        Ok(session) => browser.session = session,
        Err(problem) => *slot = Some(Err(problem)),
    }
    drop(slot);
    panic::resume_unwind(failure);
}
