//! Random damage to the database, from a seed: wherever it is, the loss is reported.

use slipway_engine::views::PostSettings;

use super::*;

/// The number of databases to damage. `SLIPWAY_TEST_SEED` selects a single one.
const SEEDS: u64 = 48;

/// A kind of damage.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Blow {
    /// Some bits are flipped.
    Bits,
    /// One page or a few are zeroed.
    Zeros,
    /// One page or a few are replaced by noise.
    Noise,
    /// The file is truncated.
    End,
    /// One page is replaced by another one.
    Misplaced,
}

/// Numbers derived from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % end.max(1) as u64).unwrap()
    }
}

fn strike(bytes: &mut Vec<u8>, dice: &mut Dice) -> Blow {
    const PAGE: usize = 4096;
    let pages = bytes.len() / PAGE;
    let blow = [
        Blow::Bits,
        Blow::Zeros,
        Blow::Noise,
        Blow::End,
        Blow::Misplaced,
    ][dice.below(5)];
    match blow {
        Blow::Bits => {
            for _ in 0..=dice.below(12) {
                let at = dice.below(bytes.len());
                bytes[at] ^= 1 << dice.below(8);
            }
        }
        Blow::Zeros | Blow::Noise => {
            let first = dice.below(pages);
            let last = (first + 1 + dice.below(3)).min(pages);
            for byte in &mut bytes[first * PAGE..last * PAGE] {
                *byte = if blow == Blow::Zeros {
                    0
                } else {
                    u8::try_from(dice.below(256)).unwrap()
                };
            }
        }
        Blow::End => bytes.truncate(dice.below(bytes.len())),
        Blow::Misplaced => {
            let (from, to) = (dice.below(pages) * PAGE, dice.below(pages) * PAGE);
            bytes.copy_within(from..from + PAGE, to);
        }
    }
    blow
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_never_silent() {
    let stage = Stage::new().await;
    let original = stage.data();
    let app = stage.engine().await;
    for number in 0..40 {
        let id = app.draft(&stage.video(&format!("{number}.mp4"), 0)).await;
        let caption = format!("Number {number} {}", "la ".repeat(number * 7));
        app.engine
            .update_post(&id, &public(&caption))
            .await
            .unwrap();
    }
    app.engine.close().await;
    stage.clock.advance(Duration::from_hours(25));
    let app = stage.engine().await;
    let count = backups(&original).len();
    eventually("a backup", SOON, async || {
        (backups(&original).len() > count || count > 1).then_some(())
    })
    .await;
    let backed_up = shown(&app.engine).await.unwrap();
    // The backup does not contain this post, so its absence shows that the backup was restored.
    let late = app.draft(&stage.video("late.mp4", 0)).await;
    app.engine
        .update_post(&late, &PostSettings::default())
        .await
        .unwrap();
    let complete = shown(&app.engine).await.unwrap();
    // The files as a killed process leaves them, and as a clean stop does.
    let killed = stage.folder.path().join("killed");
    copy_folder(&original, &killed);
    app.engine.close().await;

    let only: Option<u64> = std::env::var("SLIPWAY_TEST_SEED")
        .ok()
        .map(|seed| seed.parse().unwrap());
    let (mut whole, mut restored) = (0, 0);
    for seed in only.map_or(0..SEEDS, |seed| seed..seed + 1) {
        let mut dice = Dice(seed);
        let base = [&original, &killed][dice.below(2)];
        let folder = stage.folder.path().join(format!("seed-{seed}"));
        copy_folder(base, &folder);
        let file = folder.join("slipway.db");
        let mut bytes = fs::read(&file).unwrap();
        let blow = strike(&mut bytes, &mut dice);
        fs::write(&file, bytes).unwrap();

        let case = format!("seed {seed}: {blow:?} of {}", base.display());
        let mut config = stage.config();
        config.data_dir.clone_from(&folder);
        match Engine::open(config).await {
            Ok(engine) => {
                let found = shown(&engine).await;
                if folder.join("damaged").exists() {
                    restored += 1;
                    assert_eq!(found.unwrap(), backed_up, "{case}");
                    eventually("the notice", SOON, async || {
                        let notices = engine.status().notices;
                        let reported = notices.iter().any(|it| it.code == "database.restored");
                        reported.then_some(())
                    })
                    .await;
                } else {
                    whole += 1;
                    match found {
                        // SQLite has no checksum of a creator's text, so a letter may be another one. Or a post may be
                        // unreadable, which is reported.
                        Ok(found) if blow == Blow::Bits => {
                            let notices = engine.status().notices;
                            let reported = notices.iter().any(|it| it.code == "post.unreadable");
                            assert_eq!(found.len() < complete.len(), reported, "{case}");
                        }
                        Ok(found) => assert_eq!(found, complete, "{case}"),
                        Err(error) => panic!("{case}: {error}"),
                    }
                }
                engine.close().await;
            }
            Err(OpenError::DatabaseDamaged { .. } | OpenError::DatabaseUnusable { .. }) => {
                let kept = fs::metadata(&file).is_ok();
                assert!(kept, "{case}: what cannot be used is left as it is");
            }
            Err(error) => panic!("{case}: {error}"),
        }
        fs::remove_dir_all(folder).unwrap();
    }
    eprintln!("{whole} were whole enough, {restored} came back from a backup");
    assert!(only.is_some() || restored > 20, "{restored}");
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
