//! The init endpoints, `POST /v2/post/publish/video/init/` and `/v2/post/publish/inbox/video/init/`
//! (`/doc/content-posting-api-reference-direct-post`, `/doc/content-posting-api-reference-upload-video`).

use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;

use crate::{
    api::{self, ApiError, ApiResult, JsonFields},
    config::Options,
    creators::Creator,
    fault::FaultKind,
    oauth::grant::{digest, random_token},
    operation::Operation,
    platform::{Platform, SharedPlatform},
    publish::{PlannedResult, PostMode, PostSettings, Publish, Stage, UploadPlan},
    publishing::{chunk_plan, posting_limits},
    request_log::Trace,
    time::saturating_add,
};

/// Maximum caption length in UTF-16 code units.
const MAX_CAPTION_UNITS: usize = 2200;

pub(crate) async fn direct(
    State(platform): State<SharedPlatform>,
    Extension(trace): Extension<Trace>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    api::respond(
        &platform,
        init(&platform, &trace, &headers, &body, PostMode::Direct),
    )
}

pub(crate) async fn inbox(
    State(platform): State<SharedPlatform>,
    Extension(trace): Extension<Trace>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    api::respond(
        &platform,
        init(&platform, &trace, &headers, &body, PostMode::Inbox),
    )
}

fn init(
    platform: &Platform,
    trace: &Trace,
    headers: &HeaderMap,
    body: &[u8],
    mode: PostMode,
) -> ApiResult {
    let (operation, scope) = match mode {
        PostMode::Direct => (Operation::Init, "video.publish"),
        PostMode::Inbox => (Operation::InboxInit, "video.upload"),
    };
    let creator = api::authenticate(platform, headers, trace, operation, &[scope])?.creator;
    let options = platform.options();

    let mut fields = JsonFields::from_body(headers, body)?;
    let settings = match mode {
        PostMode::Direct => Some(post_info(&mut fields, &creator, &options)?),
        PostMode::Inbox => None,
    };
    let source = source_info(&mut fields, &options)?;
    fields.finish(&options)?;
    let Source::File(plan) = source else {
        return Err(ApiError::forbidden(
            "url_ownership_unverified",
            "Please review our URL ownership verification rules: no address is verified for this app.",
        ));
    };

    let now = platform.now();
    let ids = PublishIds::new(platform, mode);
    let publish_id = ids.publish_id.clone();
    let upload_url = ids.upload_url.clone();
    platform.change(|state| {
        match mode {
            PostMode::Direct => posting_limits::check_direct_post(state, &creator, now, &options)?,
            PostMode::Inbox => posting_limits::check_draft(state, &creator, now, &options)?,
        }
        if let Some(settings) = &settings {
            check_privacy(settings, &creator, &options)?;
        }
        let planned_result = match platform.faults.lock().on_publish(operation) {
            Some(FaultKind::FailWith { reason }) => PlannedResult::Fail(reason),
            Some(FaultKind::StuckProcessing) => PlannedResult::Stuck,
            _ => PlannedResult::Succeed,
        };
        state.publishes.push(Publish {
            publish_id: ids.publish_id,
            post_id: ids.post_id,
            creator: creator.name.clone(),
            mode,
            settings: settings.unwrap_or_default(),
            plan,
            created_at: now,
            expires_at: saturating_add(now, options.upload_url_life),
            uploaded: 0,
            sha256: None,
            media_type: None,
            stage: Stage::Uploading,
            upload_id: ids.upload_id,
            upload_query: ids.upload_query,
            planned_result,
        });
        Ok::<(), ApiError>(())
    })??;
    Ok(Some(
        json!({ "publish_id": publish_id, "upload_url": upload_url }),
    ))
}

/// The ids and the secret upload address of a new publish.
struct PublishIds {
    publish_id: String,
    post_id: u64,
    upload_id: String,
    upload_query: String,
    upload_url: String,
}

impl PublishIds {
    fn new(platform: &Platform, mode: PostMode) -> Self {
        let number: u64 = rand::random_range(7_100_000_000_000_000_000..7_900_000_000_000_000_000);
        let publish_id = match mode {
            PostMode::Direct => format!("v_pub_file~v2-1.{number}"),
            PostMode::Inbox => format!("v_inbox_file~v2.{number}"),
        };
        let upload_id = format!("{:016x}", rand::random::<u64>());
        // The escapes change if a client parses and rebuilds the address.
        let query = format!(
            "upload_id={number}&upload_token={}%7E%2B%3d",
            random_token()
        );
        Self {
            publish_id,
            // Odd and above 2^53, so that an `f64` cannot represent it.
            post_id: rand::random_range(7_100_000_000_000_000_000..7_900_000_000_000_000_000) | 1,
            upload_url: format!("{}/upload/{upload_id}?{query}", platform.origin),
            upload_query: digest(&query),
            upload_id,
        }
    }
}

enum Source {
    File(UploadPlan),
    Pull,
}

fn source_info(fields: &mut JsonFields, options: &Options) -> Result<Source, ApiError> {
    let mut source = fields
        .object("source_info")?
        .ok_or_else(|| ApiError::invalid_param("source_info is required"))?;
    let missing = |name: &str| ApiError::invalid_param(format!("source_info.{name} is required"));
    let found = match source.string("source")?.as_deref() {
        Some("FILE_UPLOAD") => {
            let video_size = source
                .int64("video_size")?
                .ok_or_else(|| missing("video_size"))?;
            let chunk_size = source
                .int64("chunk_size")?
                .ok_or_else(|| missing("chunk_size"))?;
            let count = source
                .int64("total_chunk_count")?
                .ok_or_else(|| missing("total_chunk_count"))?;
            Source::File(
                chunk_plan::check(video_size, chunk_size, count)
                    .map_err(ApiError::invalid_param)?,
            )
        }
        Some("PULL_FROM_URL") => {
            let address = source
                .string("video_url")?
                .ok_or_else(|| missing("video_url"))?;
            if !address.starts_with("https://") {
                return Err(ApiError::invalid_param(
                    "source_info.video_url must be an https address",
                ));
            }
            Source::Pull
        }
        Some(_) => {
            return Err(ApiError::invalid_param(
                "source_info.source must be FILE_UPLOAD or PULL_FROM_URL",
            ));
        }
        None => return Err(missing("source")),
    };
    source.finish(options)?;
    Ok(found)
}

fn post_info(
    fields: &mut JsonFields,
    creator: &Creator,
    options: &Options,
) -> Result<PostSettings, ApiError> {
    let mut info = fields
        .object("post_info")?
        .ok_or_else(|| ApiError::invalid_param("post_info is required"))?;
    let caption = info.string("title")?;
    if caption
        .as_ref()
        .is_some_and(|caption| caption.encode_utf16().count() > MAX_CAPTION_UNITS)
    {
        return Err(ApiError::invalid_param(
            "The title exceeds 2200 UTF-16 code units",
        ));
    }
    let settings = PostSettings {
        caption,
        privacy: info.string("privacy_level")?,
        disable_comment: info.flag("disable_comment")? || creator.comment_disabled,
        disable_duet: info.flag("disable_duet")? || creator.is_duet_disabled(),
        disable_stitch: info.flag("disable_stitch")? || creator.is_stitch_disabled(),
        cover_timestamp_ms: info.int32("video_cover_timestamp_ms")?,
        brand_content: info.flag("brand_content_toggle")?,
        brand_organic: info.flag("brand_organic_toggle")?,
        is_aigc: info.flag("is_aigc")?,
    };
    info.finish(options)?;
    Ok(settings)
}

fn check_privacy(
    settings: &PostSettings,
    creator: &Creator,
    options: &Options,
) -> Result<(), ApiError> {
    let offered = creator.privacy_level_options();
    let chosen = settings.privacy.as_deref().filter(|level| offered.contains(level)).ok_or_else(|| {
        ApiError::forbidden(
            "privacy_level_option_mismatch",
            "The privacy level is not specified or not among the privacy_level_options of creator_info.",
        )
    })?;
    if !options.audited && (!creator.private || chosen != "SELF_ONLY") {
        return Err(ApiError::forbidden(
            "unaudited_client_can_only_post_to_private_accounts",
            "Unaudited clients can only post to a private account. The publish attempt will be blocked when calling /publish/video/init/",
        ));
    }
    if options.refuse_private_branded_content && settings.brand_content && chosen == "SELF_ONLY" {
        return Err(ApiError::invalid_param(
            "Branded content visibility cannot be set to private",
        ));
    }
    Ok(())
}
