//! The address of the consent page.

use url::Url;

use super::pkce::Pkce;
use crate::{
    endpoints::Endpoints,
    scope::{Scope, join_scopes},
};

/// The parameters of the consent page (`/doc/login-kit-desktop`).
#[derive(Debug, Clone, Copy)]
pub struct AuthorizeRequest<'a> {
    /// The app's key.
    pub client_key: &'a str,
    /// The scopes to request. The creator can untick single ones.
    pub scopes: &'a [Scope],
    /// The redirect address: registered for the app, and identical byte for byte in the code exchange.
    pub redirect_uri: &'a str,
    /// A random value, used once and compared with the callback's.
    pub state: &'a str,
    /// The verifier whose challenge is sent.
    pub pkce: &'a Pkce,
    /// Shows the page even to a creator who agreed before, so that a second account can be connected.
    /// Documented for the web flow only (`/doc/login-kit-web`).
    pub always_ask: bool,
}

pub(crate) fn authorize_url(endpoints: &Endpoints, request: &AuthorizeRequest<'_>) -> Url {
    let mut url = endpoints.auth_path("/v2/auth/authorize/");
    let mut query = url.query_pairs_mut();
    query
        .append_pair("client_key", request.client_key)
        .append_pair("response_type", "code")
        .append_pair("scope", &join_scopes(request.scopes))
        .append_pair("redirect_uri", request.redirect_uri)
        .append_pair("state", request.state)
        .append_pair("code_challenge", &request.pkce.challenge())
        .append_pair("code_challenge_method", "S256");
    if request.always_ask {
        query.append_pair("disable_auto_auth", "1");
    }
    drop(query);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorize_url_has_exactly_the_documented_parameters() {
        let pkce =
            Pkce::from_verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into()).unwrap();
        let mut request = AuthorizeRequest {
            client_key: "aw key",
            scopes: &[Scope::UserInfoBasic, Scope::VideoPublish],
            redirect_uri: "http://127.0.0.1:3455/callback/",
            state: "s+t&a=te",
            pkce: &pkce,
            always_ask: false,
        };
        let url = authorize_url(&Endpoints::tiktok(), &request);
        assert_eq!(
            url.as_str(),
            "https://www.tiktok.com/v2/auth/authorize/?client_key=aw+key&response_type=code\
             &scope=user.info.basic%2Cvideo.publish\
             &redirect_uri=http%3A%2F%2F127.0.0.1%3A3455%2Fcallback%2F&state=s%2Bt%26a%3Dte\
             &code_challenge=13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3\
             &code_challenge_method=S256"
        );
        request.always_ask = true;
        let url = authorize_url(&Endpoints::tiktok(), &request);
        assert!(url.as_str().ends_with("&disable_auto_auth=1"));
    }
}
