//! Follows the events of a session, and shows them in the tray, as notifications, and by keeping the computer awake.

use std::time::Duration;

use slipway_engine::views::{AwayReport, Event};
use tauri::{AppHandle, Manager};

use super::{
    handle::{Background, BackgroundEvent},
    keep_awake::AwakeGuard,
    notifications::{self, Notification},
    results::Results,
    session_state::SessionState,
    tray::Tray,
};
use crate::{
    shell::{Shell, UiEvent},
    startup::Startup,
    texts::{self, texts},
    window,
};

/// The time between two updates of the tray, so that an upload's progress does not redraw it all the time.
const PACE: Duration = Duration::from_millis(400);

/// Follows the events until Slipway ends.
pub async fn follow(app: AppHandle, background: Background, tray: Option<Tray>) {
    let Some(mut events) = background.take_events() else {
        return;
    };
    let mut follower = Follower {
        app,
        tray,
        background,
        session: SessionState::default(),
        results: Results::default(),
        awake: AwakeGuard::default(),
    };
    while let Some(first) = events.recv().await {
        let mut next = Some(first);
        while let Some(event) = next {
            follower.hear(event).await;
            next = events.try_recv().ok();
        }
        follower.show().await;
        tokio::time::sleep(PACE).await;
    }
}

/// Keeps the state of the session and shows it.
struct Follower {
    app: AppHandle,
    tray: Option<Tray>,
    background: Background,
    session: SessionState,
    results: Results,
    awake: AwakeGuard,
}

impl Follower {
    async fn hear(&mut self, event: BackgroundEvent) {
        let BackgroundEvent::Ui(event) = event else {
            return;
        };
        match event {
            UiEvent::Session => self.session_changed().await,
            UiEvent::Files(_) | UiEvent::Request(_) => {}
            UiEvent::Engine(event) => match *event {
                Event::PostChanged { post } => {
                    if let Some(notification) = self.results.changed(&post) {
                        self.notify(notification);
                    }
                    self.session.put(*post);
                }
                Event::PostRemoved { id } => {
                    self.results.removed(&id);
                    self.session.remove(&id);
                }
                Event::Progress { post_id, progress } => {
                    self.session.progressed(&post_id, progress);
                }
                Event::StatusChanged { status } => self.session.status = status,
                Event::FoldersChanged => self.load_folders().await,
                Event::AwayChanged { report } => self.sum_up(&report),
                _ => {}
            },
        }
    }

    /// Reads the whole session again, or shows the creator the problem that prevents one.
    async fn session_changed(&mut self) {
        let shell = self.app.state::<Shell>().inner().clone();
        self.session = SessionState::default();
        let mut away = AwayReport::default();
        if let Ok(engine) = shell.engine().await {
            let posts = engine.posts().await.unwrap_or_default();
            self.results.reset(&posts);
            self.session.ready = true;
            self.session.status = engine.status();
            self.session.folders = engine.folders().await.unwrap_or_default();
            for post in posts {
                self.session.put(post);
            }
            away = engine.away();
        }
        // After the engine is released: a notification asks the window's thread, which may wait for the engine.
        self.sum_up(&away);
        let problem = matches!(shell.view().await, Startup::Problem { .. });
        self.session.problem = problem;
        if problem {
            self.notify(Notification {
                title: texts().message(&texts::notification_not_open()),
                body: texts().message(&texts::notification_not_open_body()),
                open: texts().message(&texts::notification_open()),
            });
        }
    }

    fn sum_up(&mut self, report: &AwayReport) {
        for notification in self.results.away(report) {
            self.notify(notification);
        }
    }

    async fn load_folders(&mut self) {
        let shell = self.app.state::<Shell>().inner().clone();
        if let Ok(engine) = shell.engine().await {
            match engine.folders().await {
                Ok(folders) => self.session.folders = folders,
                Err(error) => tracing::warn!(%error, "[Background] Reading the folders failed"),
            }
        }
    }

    /// Notifies the creator, unless the window shows the same.
    fn notify(&self, notification: Notification) {
        if !window::is_watched(&self.app) {
            notifications::show(&self.app, notification);
        }
    }

    async fn show(&mut self) {
        let workload = self.session.workload();
        let keep_awake = self.background.preferences().get().keep_awake;
        self.awake
            .set(keep_awake && workload.uploading.is_some())
            .await;
        if let Some(tray) = &mut self.tray {
            tray.show(self.session.state(&workload), &workload);
        }
    }
}
