//! Sign-in of a device: the codes, and the page on which a person decides.

use serde_json::json;

use super::{Answer, DEVICE_CODE, check_grant, client, invalid};
use crate::identity_center::{Approval, Device, DeviceStatus, IdentityCenter};
use crate::input::Input;
use crate::issue;
use crate::page;
use crate::server::Request;
use crate::server::http::Response;

/// Where the page is, and where its buttons go.
pub(super) const PAGE: &str = "/device";

/// StartDeviceAuthorization.
pub(super) fn start(center: &mut IdentityCenter, input: &Input, request: &Request, now: i64) -> Answer {
    let (id, secret) = (input.required("clientId")?, input.required("clientSecret")?);
    let start_url = input.required("startUrl")?;
    check_grant(client(center, id, secret, now)?, DEVICE_CODE)?;
    if !center.knows(start_url) {
        return Err(invalid("startUrl is no start URL of this instance"));
    }
    let (device_code, user_code) = (issue::url_safe(86), issue::user_code());
    let uri = format!("http://{}{PAGE}", request.header("host").unwrap_or("127.0.0.1"));
    let answer = json!({
        "deviceCode": device_code,
        "userCode": user_code,
        "verificationUri": uri,
        "verificationUriComplete": format!("{uri}?user_code={user_code}"),
        "expiresIn": center.device_code_seconds,
        "interval": center.interval,
    });
    let device = Device {
        client_id: id.to_owned(),
        user_code,
        expires_at: now + i64::from(center.device_code_seconds),
        status: DeviceStatus::Pending,
        pending_polls: 0,
        polled_at: None,
    };
    center.devices.insert(device_code, device);
    Ok(answer)
}

/// The page; with the code in the query it may be all that is needed.
pub(super) fn page(center: &mut IdentityCenter, request: &Request, now: i64) -> Response {
    let params = request.params();
    match (params.get("user_code"), center.approval) {
        (None, _) => page::code(PAGE),
        (Some(user_code), Approval::Ask) => page::question(
            PAGE,
            &[("user_code", user_code)],
            &format!("A device shows the code {user_code}. Is it yours?"),
        ),
        (Some(user_code), approval) => decide(center, user_code, approval == Approval::Automatic, now),
    }
}

/// A button was pressed.
pub(super) fn decision(center: &mut IdentityCenter, request: &Request, now: i64) -> Response {
    let params = request.params();
    let user_code = params.get("user_code").map_or("", String::as_str);
    match params.get("decision").map(String::as_str) {
        Some("allow") => decide(center, user_code, true, now),
        Some("deny") => decide(center, user_code, false, now),
        _ => page::message(400, "A decision is either allow or deny."),
    }
}

fn decide(center: &mut IdentityCenter, user_code: &str, allow: bool, now: i64) -> Response {
    match (center.decide(user_code, allow, now), allow) {
        (false, _) => page::message(400, "No device waits with this code."),
        (true, true) => page::message(200, "Request approved. You can close this window."),
        (true, false) => page::message(200, "Request denied. You can close this window."),
    }
}
