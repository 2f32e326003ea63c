//! The client for every call with a token or the app's credentials.

use std::sync::Arc;

use reqwest::{
    Client, RequestBuilder,
    header::{AUTHORIZATION, CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE},
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use url::Url;

use crate::{
    answer::Answer,
    avatar::{self, Avatar},
    creator::{CreatorAnswer, CreatorInfo},
    endpoints::Endpoints,
    error::{ClientError, Error, Operation},
    http::{self, ReadError, Route},
    limits::ANSWER_SIZE_MAX,
    oauth::{AppCredentials, AuthorizeRequest, Pkce, TokenAnswer, TokenGrant, authorize_url},
    publish::{
        DirectPostRequest, InboxRequest, PostInfo, PostStatus, PublishId, PublishIdRequest,
        StatusAnswer, TicketAnswer, UploadTicket,
    },
    scope::Scope,
    transfer::ChunkPlan,
    user::{self, UserAnswer, UserInfo},
};

/// A client of TikTok's API. It is cheap to clone; all clones share one connection pool.
///
/// The client never retries: only the caller knows whether a retry is safe.
#[derive(Clone, Debug)]
pub struct TikTok {
    endpoints: Arc<Endpoints>,
    http: Client,
}

impl TikTok {
    /// Creates a client for these endpoints. Timeouts: 15 seconds to connect, 30 seconds per request. Redirects are not
    /// followed.
    pub fn new(endpoints: Endpoints) -> Result<Self, Error> {
        let route = if endpoints.api_is_loopback() {
            Route::Loopback
        } else {
            Route::Internet
        };
        Ok(Self {
            http: http::api_client(route)?,
            endpoints: Arc::new(endpoints),
        })
    }

    /// The endpoints of this client.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// The address of the consent page, to open in the creator's browser (`/doc/login-kit-desktop`).
    pub fn authorize_url(&self, request: &AuthorizeRequest<'_>) -> Url {
        authorize_url(&self.endpoints, request)
    }

    /// Exchanges the code of a [`Callback`](crate::Callback) for tokens (`/doc/oauth-get-a-user-access-token`).
    ///
    /// `redirect_uri` must equal that of the consent page, byte for byte. A code is valid for one attempt.
    pub async fn exchange_code(
        &self,
        app: &AppCredentials,
        code: &SecretString,
        redirect_uri: &str,
        pkce: &Pkce,
    ) -> Result<TokenGrant, Error> {
        let fields = [
            ("client_key", app.client_key.as_str()),
            ("client_secret", app.client_secret.expose_secret()),
            ("grant_type", "authorization_code"),
            ("code", code.expose_secret()),
            ("redirect_uri", redirect_uri),
            ("code_verifier", pkce.verifier().expose_secret()),
        ];
        self.oauth(Operation::ExchangeCode, "/v2/oauth/token/", &fields)
            .await?
            .flat::<TokenAnswer>(&[&app.client_secret, code, pkce.verifier()])
            .map(TokenGrant::from)
    }

    /// Refreshes tokens (`/docs/en/oauth-refresh-a-user-access-token`).
    ///
    /// TikTok may invalidate the old refresh token as soon as it receives the request. Run one refresh per account at a
    /// time, and store the grant durably before its first use.
    pub async fn refresh(
        &self,
        app: &AppCredentials,
        refresh_token: &SecretString,
    ) -> Result<TokenGrant, Error> {
        let fields = [
            ("client_key", app.client_key.as_str()),
            ("client_secret", app.client_secret.expose_secret()),
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose_secret()),
        ];
        self.oauth(Operation::RefreshToken, "/v2/oauth/token/", &fields)
            .await?
            .flat::<TokenAnswer>(&[&app.client_secret, refresh_token])
            .map(TokenGrant::from)
    }

    /// Revokes the app's access, which removes the app from the creator's connected apps
    /// (`/docs/en/oauth-revoke-a-user-access-token`).
    pub async fn revoke(
        &self,
        app: &AppCredentials,
        access_token: &SecretString,
    ) -> Result<(), Error> {
        let fields = [
            ("client_key", app.client_key.as_str()),
            ("client_secret", app.client_secret.expose_secret()),
            ("token", access_token.expose_secret()),
        ];
        self.oauth(Operation::RevokeToken, "/v2/oauth/revoke/", &fields)
            .await?
            .flat_acknowledged(&[&app.client_secret, access_token])
    }

    /// Reads the profile. Requests only the fields that the granted `scopes` allow
    /// (`/doc/tiktok-api-v2-get-user-info`).
    pub async fn user_info(
        &self,
        token: &SecretString,
        scopes: &[Scope],
    ) -> Result<UserInfo, Error> {
        let mut url = self.endpoints.api_path("/v2/user/info/");
        // The commas stay unencoded, as on the page.
        url.set_query(Some(&format!("fields={}", user::fields(scopes))));
        self.call(Operation::UserInfo, self.http.get(url), token)
            .await?
            .data::<UserAnswer>(&[token])
            .map(|answer| answer.user)
    }

    /// Queries what the creator may post now. Needs `video.publish`
    /// (`/doc/content-posting-api-reference-query-creator-info`).
    ///
    /// A creator who cannot post now is an [`Error::Api`], with HTTP status 200 or 403.
    pub async fn creator_info(&self, token: &SecretString) -> Result<CreatorInfo, Error> {
        let url = self
            .endpoints
            .api_path("/v2/post/publish/creator_info/query/");
        let request = self
            .http
            .post(url)
            .header(CONTENT_TYPE, JSON)
            // The HTTP client omits the header for a request without a body, but some gateways require it.
            .header(CONTENT_LENGTH, 0);
        self.call(Operation::CreatorInfo, request, token)
            .await?
            .data::<CreatorAnswer>(&[token])
            .map(CreatorInfo::from)
    }

    /// Starts a direct post. Needs `video.publish` (`/doc/content-posting-api-reference-direct-post`).
    ///
    /// TikTok has no idempotency key. Store the ticket durably before sending the first byte.
    pub async fn init_direct_post(
        &self,
        token: &SecretString,
        post: &PostInfo,
        plan: &ChunkPlan,
    ) -> Result<UploadTicket, Error> {
        let body = DirectPostRequest::new(post, plan);
        self.init(
            Operation::InitDirectPost,
            "/v2/post/publish/video/init/",
            token,
            &body,
        )
        .await
    }

    /// Starts a draft for the creator's inbox, which has neither caption nor settings. Needs `video.upload`
    /// (`/doc/content-posting-api-reference-upload-video`).
    pub async fn init_inbox(
        &self,
        token: &SecretString,
        plan: &ChunkPlan,
    ) -> Result<UploadTicket, Error> {
        let body = InboxRequest::new(plan);
        self.init(
            Operation::InitInbox,
            "/v2/post/publish/inbox/video/init/",
            token,
            &body,
        )
        .await
    }

    /// Queries the status of a post (`/doc/content-posting-api-reference-get-video-status`).
    pub async fn status(
        &self,
        token: &SecretString,
        publish_id: &PublishId,
    ) -> Result<PostStatus, Error> {
        let body = PublishIdRequest { publish_id };
        self.post_json(
            Operation::FetchStatus,
            "/v2/post/publish/status/fetch/",
            token,
            &body,
        )
        .await?
        .data::<StatusAnswer>(&[token])
        .map(PostStatus::from)
    }

    /// Cancels a post. Documented for pulled videos only, and as best effort
    /// (`/doc/content-posting-api-media-transfer-guide`).
    pub async fn cancel(&self, token: &SecretString, publish_id: &PublishId) -> Result<(), Error> {
        let body = PublishIdRequest { publish_id };
        self.post_json(Operation::Cancel, "/v2/post/publish/cancel/", token, &body)
            .await?
            .acknowledged(&[token])
    }

    /// Fetches an avatar without a token: at most 2 MB, pictures only, over https. A loopback API allows loopback
    /// addresses.
    pub async fn fetch_avatar(&self, url: &str) -> Result<Avatar, Error> {
        avatar::fetch(&self.http, &self.endpoints, url).await
    }

    async fn init(
        &self,
        operation: Operation,
        path: &str,
        token: &SecretString,
        body: &impl Serialize,
    ) -> Result<UploadTicket, Error> {
        self.post_json(operation, path, token, body)
            .await?
            .data::<TicketAnswer>(&[token])?
            .check(operation, &self.endpoints)
    }

    async fn oauth(
        &self,
        operation: Operation,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Result<Answer, Error> {
        let request = self
            .http
            .post(self.endpoints.api_path(path))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(CACHE_CONTROL, "no-cache")
            // These calls are rare, and the buffers of an idle connection would keep the client secret and the tokens.
            .header(CONNECTION, "close")
            .body(http::form(fields));
        send(operation, request).await
    }

    async fn post_json(
        &self,
        operation: Operation,
        path: &str,
        token: &SecretString,
        body: &impl Serialize,
    ) -> Result<Answer, Error> {
        let body = serde_json::to_vec(body).map_err(|cause| Error::Client {
            operation,
            source: ClientError::Request(cause),
        })?;
        let request = self
            .http
            .post(self.endpoints.api_path(path))
            .header(CONTENT_TYPE, JSON)
            .body(body);
        self.call(operation, request, token).await
    }

    async fn call(
        &self,
        operation: Operation,
        request: RequestBuilder,
        token: &SecretString,
    ) -> Result<Answer, Error> {
        let bearer = http::bearer(operation, token.expose_secret())?;
        send(operation, request.header(AUTHORIZATION, bearer)).await
    }
}

/// The value that `/doc/tiktok-api-v2-error-handling` prescribes.
const JSON: &str = "application/json; charset=UTF-8";

async fn send(operation: Operation, request: RequestBuilder) -> Result<Answer, Error> {
    let mut response = request
        .send()
        .await
        .map_err(|error| http::network(operation, error))?;
    let mut answer = Answer {
        operation,
        http: response.status().as_u16(),
        retry_after: http::retry_after(response.headers()),
        body: Vec::new().into(),
    };
    match http::read_bounded(&mut response, ANSWER_SIZE_MAX).await {
        Ok(body) => answer.body = body,
        Err(ReadError::TooLong) => {
            return Err(answer.unreadable("longer than any real answer".to_owned()));
        }
        Err(ReadError::Network(error)) => return Err(http::network(operation, error)),
    }
    Ok(answer)
}
