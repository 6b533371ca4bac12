//! Which service a request is for, and which of its actions. A further service is a variant here and a file beside this
//! folder.

use super::http::{Request, Response};
use super::state::State;
use crate::{container, iam, imds, oidc, portal, signin, sts, vanity};

/// A service behind the one port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    /// AWS Query, Version 2011-06-15.
    Sts,
    /// AWS Query, Version 2010-05-08.
    Iam,
    /// The instance metadata service.
    Imds,
    /// The endpoint in a container.
    Container,
    /// IAM Identity Center's sign-in.
    Oidc,
    /// IAM Identity Center's access portal.
    Portal,
    /// The console's sign-in.
    Signin,
    /// The console's federation endpoint.
    Federation,
    /// Start URLs of one's own.
    Vanity,
    /// None of them.
    Unknown,
}

/// Where a request goes.
#[derive(Debug)]
pub(crate) struct Route {
    service: Service,
    /// As the log and the faults name it.
    pub(crate) action: String,
}

impl Route {
    pub(crate) fn of(request: &Request) -> Self {
        if request.path.starts_with("/latest/") {
            return Self { service: Service::Imds, action: imds::action(request).to_owned() };
        }
        if request.path.starts_with("/container/") {
            return Self { service: Service::Container, action: "container".to_owned() };
        }
        if request.path.starts_with(vanity::PREFIX) {
            return Self { service: Service::Vanity, action: "Vanity".to_owned() };
        }
        if let Some(action) = oidc::action(request) {
            return Self { service: Service::Oidc, action: action.to_owned() };
        }
        if let Some(action) = portal::action(request) {
            return Self { service: Service::Portal, action: action.to_owned() };
        }
        if let Some(action) = signin::action(request) {
            return Self { service: Service::Signin, action: action.to_owned() };
        }
        if request.path == signin::federation::PATH {
            return Self { service: Service::Federation, action: "Federation".to_owned() };
        }
        let params = request.params();
        let action = params.get("Action").cloned().unwrap_or_else(|| "unknown".to_owned());
        let service = match params.get("Version").map(String::as_str) {
            Some(sts::VERSION) => Service::Sts,
            Some(iam::VERSION) => Service::Iam,
            _ => Service::Unknown,
        };
        Self { service, action }
    }

    /// The service acts.
    pub(crate) fn answer(&self, state: &mut State, request: &Request) -> Response {
        match self.service {
            Service::Sts => sts::answer(state, request, &self.action),
            Service::Iam => iam::answer(state, request, &self.action),
            Service::Imds => imds::answer(state, request),
            Service::Container => container::answer(state, request),
            Service::Oidc => oidc::answer(state, request, &self.action),
            Service::Portal => portal::answer(state, request, &self.action),
            Service::Signin => signin::answer(state, request, &self.action),
            Service::Federation => signin::federation::answer(state, request),
            Service::Vanity => vanity::answer(state, request),
            Service::Unknown => self.error(404, "UnknownOperationException", "The sandbox has no such service."),
        }
    }

    /// An error in the manner of the service.
    pub(crate) fn error(&self, status: u16, code: &str, message: &str) -> Response {
        match self.service {
            Service::Sts => sts::error(status, code, message),
            Service::Iam => iam::error(status, code, message),
            Service::Imds => imds::error(status, code),
            Service::Oidc => oidc::error(status, code, message),
            Service::Portal => portal::error(status, code, message),
            Service::Signin => signin::error(status, code, message),
            Service::Federation => signin::federation::error(status, code, message),
            Service::Container | Service::Vanity | Service::Unknown => container::error(status, code, message),
        }
    }

    /// What the service says when there are too many calls.
    pub(crate) fn throttled(&self) -> Response {
        match self.service {
            Service::Portal => portal::throttled(),
            Service::Signin => signin::throttled(),
            _ => self.error(400, "Throttling", "Rate exceeded"),
        }
    }
}
