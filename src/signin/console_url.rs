//! Addresses of the web console, and who may be signed in to it.
//!
//! Pure.

use crate::aws::address::encode;
use crate::aws::partition::Partition;
use crate::chain::{Action, Step};

/// A place in the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page<'a> {
    /// Its front page.
    Home,
    /// The front page of a service: `ec2`
    Service(&'a str),
    /// Anything behind the host.
    Path(&'a str),
}

/// The address of `page` in `region`. `None`: nothing is known of a console in `partition`.
pub fn destination(partition: &Partition, region: Option<&str>, page: Page<'_>) -> Option<String> {
    let console = partition.console?;
    let region = region.filter(|region| !region.is_empty() && Partition::of_region(region) == partition);
    let host = match region {
        Some(region) if partition.name == "aws" => format!("https://{region}.{console}"),
        _ => format!("https://{console}"),
    };
    let query = region.map(|region| format!("region={}", encode(region)));
    let with = |path: &str| match &query {
        None => path.to_owned(),
        Some(query) => format!("{path}{}{query}", if path.contains('?') { '&' } else { '?' }),
    };
    let path = match page {
        Page::Home => with("console/home"),
        Page::Service(service) => with(&format!("{}/home", encode(service))),
        Page::Path(path) => {
            let path = path.trim_start_matches('/');
            // A fragment goes last, and a region that is there already stays.
            let (path, fragment) = path.split_at(path.find('#').unwrap_or(path.len()));
            let named =
                path.split_once('?').is_some_and(|(_, query)| query.split('&').any(|p| p.starts_with("region=")));
            if named { format!("{path}{fragment}") } else { with(path) + fragment }
        }
    };
    Some(format!("{host}/{path}"))
}

/// Where an IAM user of `account` signs in with a password.
pub fn user_sign_in(partition: &Partition, account: &str) -> String {
    match partition.name {
        "aws" => format!("https://{account}.{}/console/", partition.sign_in),
        _ => format!("https://{account}.{}/console", partition.sign_in),
    }
}

/// Where the root user signs in. `None`: nothing is known of a console in `partition`.
pub fn root_sign_in(partition: &Partition) -> Option<String> {
    Some(format!("https://{}/", partition.console?))
}

/// Whether the credentials of `step` are a role's, in which partition. `None`: AWS has to be asked whose they are.
pub fn role_partition(step: &Step) -> Option<&'static Partition> {
    match &step.action {
        Action::AssumeRole(role) => Partition::of_arn(&role.role_arn),
        Action::WebIdentity(identity) => Partition::of_arn(&identity.role_arn),
        Action::Sso(sso) => Some(Partition::of_region(&sso.session.region)),
        _ => None,
    }
}

/// Why AWS would not let the length of a console session be chosen with the credentials of `step`.
pub fn fixed_length(step: &Step) -> Option<&'static str> {
    match &step.action {
        Action::AssumeRole(role) => match &role.with.action {
            Action::Keys(keys) if keys.session_token.is_none() => None,
            _ => Some("the role was assumed with temporary credentials"),
        },
        _ => Some("the credentials are not those of a role that was assumed with an access key"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_the_console() {
        for (region, page, url) in [
            ("us-east-1", Page::Home, "https://us-east-1.console.aws.amazon.com/console/home?region=us-east-1"),
            ("eu-west-1", Page::Service("ec2"), "https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1"),
            ("eu-west-1", Page::Service("a/b"), "https://eu-west-1.console.aws.amazon.com/a%2Fb/home?region=eu-west-1"),
            ("eu-west-1", Page::Path("/s3/x"), "https://eu-west-1.console.aws.amazon.com/s3/x?region=eu-west-1"),
            ("eu-west-1", Page::Path("a?b=c#d"), "https://eu-west-1.console.aws.amazon.com/a?b=c&region=eu-west-1#d"),
            ("eu-west-1", Page::Path("a?region=x#d"), "https://eu-west-1.console.aws.amazon.com/a?region=x#d"),
            ("cn-north-1", Page::Home, "https://console.amazonaws.cn/console/home?region=cn-north-1"),
            ("us-gov-west-1", Page::Home, "https://console.amazonaws-us-gov.com/console/home?region=us-gov-west-1"),
            ("eusc-de-east-1", Page::Home, "https://console.amazonaws-eusc.eu/console/home?region=eusc-de-east-1"),
        ] {
            assert_eq!(destination(Partition::of_region(region), Some(region), page).as_deref(), Some(url));
        }
        let aws = Partition::of_region("us-east-1");
        assert_eq!(destination(aws, None, Page::Home).as_deref(), Some("https://console.aws.amazon.com/console/home"));
        let elsewhere = destination(aws, Some("cn-north-1"), Page::Service("ec2"));
        assert_eq!(elsewhere.as_deref(), Some("https://console.aws.amazon.com/ec2/home"));
        assert_eq!(destination(Partition::of_region("us-iso-east-1"), None, Page::Home), None);
    }

    #[test]
    fn users_sign_in_at_their_account() {
        for (region, url) in [
            ("us-east-1", "https://111122223333.signin.aws.amazon.com/console/"),
            ("us-gov-west-1", "https://111122223333.signin.amazonaws-us-gov.com/console"),
            ("cn-north-1", "https://111122223333.signin.amazonaws.cn/console"),
        ] {
            assert_eq!(user_sign_in(Partition::of_region(region), "111122223333"), url);
        }
    }
}
