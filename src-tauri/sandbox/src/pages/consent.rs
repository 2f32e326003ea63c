//! The consent page, where a creator chooses an account and grants scopes.

use maud::html;

use super::layout::{Page, page};
use crate::{
    config::APP_NAME,
    creators::Creator,
    oauth::{authorize::AuthorizeRequest, grant::SCOPES},
    operation::Operation,
};

/// Renders the page for an authorize request. The form sends `query` back unchanged.
pub(crate) fn consent(
    request: &AuthorizeRequest,
    creators: &[Creator],
    query: &str,
    notice: Option<&str>,
) -> Page {
    let action = format!("{}?{query}", Operation::Authorize.path());
    // The redirect rules ensure the form `scheme://host/path`, with or without a port.
    let return_host = request.redirect_uri.split('/').nth(2).unwrap_or_default();
    let content = html! {
        main.narrow {
            form.panel.consent method="post" action=(action) {
                p.eyebrow { "Connect an account" }
                h1 { "Allow " strong { (APP_NAME) } " to use your account?" }
                p.quiet { "You will return to " code { (return_host) } "." }
                @if let Some(notice) = notice {
                    p.notice role="alert" { (notice) }
                }
                fieldset {
                    legend { "Choose an account" }
                    div.creators {
                        @for (index, creator) in creators.iter().enumerate() {
                            label.creator {
                                input type="radio" name="creator" value=(creator.name) required checked[index == 0];
                                img src={ "/sandbox/avatars/" (creator.name) ".svg" } alt="" width="48" height="48";
                                span.who {
                                    span.nickname { (creator.nickname) }
                                    span.handle { "@" (creator.handle) }
                                    span.remark { (creator.summary()) }
                                }
                            }
                        }
                    }
                }
                fieldset {
                    legend { "Permissions" }
                    ul.scopes {
                        @for (scope, meaning) in SCOPES.iter().filter(|(scope, _)| request.scopes.contains(*scope)) {
                            li {
                                label {
                                    input type="checkbox" name="scope" value=(scope) checked;
                                    span { (meaning) }
                                    code { (scope) }
                                }
                            }
                        }
                    }
                }
                div.actions {
                    button.primary type="submit" name="decision" value="authorize" { "Authorize" }
                    // A creator can cancel without choosing an account first.
                    button type="submit" name="decision" value="cancel" formnovalidate { "Cancel" }
                }
            }
        }
    };
    page("Connect an account", &content)
}
