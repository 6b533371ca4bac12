//! `keyfob mfa list`: the MFA devices of a user, and which profiles name them.

use clap::Args;
use serde_json::{Value, json};

use super::caller::{Asker, UserArgs};
use crate::aws::iam::mfa::MfaDevice;
use crate::cli::Run;
use crate::commands::status::columns::{aligned, some_of};
use crate::commands::{CommandError, Context};
use crate::config::shared::SharedConfig;
use crate::mfa::device::Kind;
use crate::mfa::uses;
use crate::tokens::expiry::Expiry;

/// List your MFA devices: kind, serial number, enabled since, and the profiles that name it
///
/// A passkey works in the web console alone: it has no codes to type.
#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    user: UserArgs,
    /// Instead, the virtual devices of the account that nobody has
    #[arg(long, conflicts_with = "user_name")]
    unassigned: bool,
}

impl Run for ListArgs {
    const NAME: &'static str = "list";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        let files = context.shared_files()?;
        let shared = files.parse()?.indexed();
        let asker = Asker::with_keys(context, &files, &shared)?;
        let (owner, devices) = if self.unassigned {
            let serials = asker.call(|iam| iam.list_unassigned_devices())?;
            let devices = serials.into_iter().map(|serial_number| MfaDevice { serial_number, enabled: None });
            (None, devices.collect::<Vec<_>>())
        } else {
            let owner = asker.owner(self.user.user_name.as_deref())?;
            let devices = asker.call(|iam| iam.list_mfa_devices(owner.user.as_deref()))?;
            (Some(owner), devices)
        };
        if context.wants_structure_or_table() || context.globals.output.is_some() {
            let user = owner.as_ref().and_then(|owner| owner.user.as_deref());
            let answer = devices.iter().map(|device| structured(device, user, &shared));
            return context.answer_structure(Value::Array(answer.collect()), "MfaDevices");
        }
        if devices.is_empty() {
            context.ui.note(&match &owner {
                Some(owner) => format!("{} has no MFA device; keyfob mfa enroll makes one", owner.shown()),
                None => "Every virtual device of the account is somebody's".to_owned(),
            });
        }
        let rows: Vec<_> = devices.iter().map(|device| row(device, &shared)).collect();
        context.ui.answer(&aligned(&rows))
    }
}

fn structured(device: &MfaDevice, user: Option<&str>, shared: &SharedConfig<'_>) -> Value {
    let kind = Kind::of(&device.serial_number);
    json!({
        "SerialNumber": device.serial_number,
        "UserName": user,
        "Type": kind.name(),
        "GivesCodes": kind.gives_codes(),
        "EnableDate": device.enabled.map(|enabled| Expiry::from(enabled).zulu()),
        "Profiles": uses::names(&uses::of(shared, &device.serial_number)),
    })
}

fn row(device: &MfaDevice, shared: &SharedConfig<'_>) -> [String; 4] {
    let kind = Kind::of(&device.serial_number);
    let kind = format!("{}{}", kind.name(), if kind.gives_codes() { "" } else { " (no codes)" });
    let since = match device.enabled {
        Some(enabled) => format!("since {}", enabled.strftime("%Y-%m-%d")),
        None => "unassigned".to_owned(),
    };
    let names = uses::names(&uses::of(shared, &device.serial_number));
    let named = match names.len() {
        0 => String::new(),
        1 => format!("profile {}", names[0]),
        _ => format!("profiles {}", some_of(&names)),
    };
    [kind, device.serial_number.clone(), since, named]
}
