//! `keyfob mfa enroll`: an MFA device becomes a user's.

use clap::Args;

use super::caller::{Asker, UserArgs};
use super::new_device;
use super::profile_line::ProfileLine;
use super::session::{self, SessionArgs};
use super::two_codes::{CodeArgs, TwoQuestions};
use crate::aws::iam::owner::Owner;
use crate::chain::Method;
use crate::cli::Run;
use crate::commands::{CommandError, Context, ErrorKind};
use crate::config::shared::SharedConfig;
use crate::mfa::device::{DeviceName, MOST};
use crate::secret::Secret;
use crate::world::interrupt::Deferred;

/// Enroll an MFA device: scan a QR code, type two codes
///
/// The new device is named like its user, as policies for users who see to their own device ask for, and mfa_serial is
/// written to the selected profile. Without a terminal the two codes are read from standard input, one a line. If
/// anything fails, or at Ctrl-C, the new device is removed again. The secret key is never stored.
#[derive(Debug, Args)]
pub struct EnrollArgs {
    #[command(flatten)]
    user: UserArgs,
    /// The name of the new device, which may have a path: team/alice [otherwise: the user's]
    #[arg(long, value_name = "NAME")]
    device_name: Option<String>,
    /// Show the secret key too, for apps that cannot scan
    #[arg(long)]
    show_secret: bool,
    /// Enroll this hardware token, and make no virtual device
    #[arg(long, alias = "serial", value_name = "SERIAL", conflicts_with_all = ["device_name", "show_secret"])]
    serial_number: Option<String>,
    #[command(flatten)]
    codes: CodeArgs,
    #[command(flatten)]
    session: SessionArgs,
    /// Replace a leftover device of the same name, and another mfa_serial in the profile, without asking
    #[arg(long)]
    yes: bool,
}

/// What is enrolled.
enum Device {
    /// A virtual one that is made for it.
    New(DeviceName),
    /// A hardware token.
    Token(String),
}

impl Run for EnrollArgs {
    const NAME: &'static str = "enroll";

    fn run(self, context: &Context) -> Result<(), CommandError> {
        self.can_be_answered(context)?;
        let files = context.shared_files()?;
        let shared = files.parse()?;
        let asker = Asker::with_keys(context, &files, &shared)?;
        let owner = asker.owner(self.user.user_name.as_deref())?;
        let device = self.device(&asker, &owner)?;
        let line = self.line(&asker, &owner, &shared, &device)?;
        let (serial, deferred) = match device {
            Device::Token(serial) => {
                let deferred = context.world.terminal.defer();
                let before = format!("Two codes of {serial}, one after the other.\n");
                self.enable(&asker, &owner, &serial, &deferred, &before, None)?;
                (serial, deferred)
            }
            Device::New(name) => self.make_and_enable(&asker, &owner, &name)?,
        };
        context.ui.answer(&format!("{serial} is an MFA device of {} now\n", owner.shown()))?;
        line.carry_out(context, &asker.profile, &serial)?;
        drop(deferred);
        // Only what is made of keys in the files can have sessions in their place.
        let of_files = matches!(asker.method(), Method::CredentialsFile | Method::ConfigFile);
        if line != ProfileLine::Leave && !asker.is_session() && of_files {
            if self.session.wanted(&asker)? {
                session::turn_on(context, &asker.profile)?;
            }
        } else if self.session.is_asked_for() {
            context.ui.warn("--mfa-session: it is for the caller's own device, and access keys in the two files");
        }
        Ok(())
    }
}

impl EnrollArgs {
    /// Nothing is made that nobody could finish.
    fn can_be_answered(&self, context: &Context) -> Result<(), CommandError> {
        let is_token = self.serial_number.is_some();
        if self.codes.code1.is_some() && !is_token {
            let message = "--code1 and --code2 are for hardware tokens: a virtual device shows codes once it is made";
            return Err(CommandError::new(ErrorKind::Usage, message)
                .hint("name the token with --serial-number, or give the codes on standard input"));
        }
        self.codes.may_ask(
            context,
            match is_token {
                true => "--code1 and --code2",
                false => {
                    "standard input, without --no-input; of a hardware token, --serial-number, --code1 and --code2"
                }
            },
        )?;
        if is_token { Ok(()) } else { new_device::can_be_shown(context, self.show_secret) }
    }

    /// A user who has a device gets another only under a name that was given.
    fn device(&self, asker: &Asker<'_>, owner: &Owner) -> Result<Device, CommandError> {
        let has = asker.call(|iam| iam.list_mfa_devices(owner.user.as_deref()))?;
        let unfit = |message: String| CommandError::new(ErrorKind::Configuration, message);
        let serials: Vec<_> = has.iter().map(|device| device.serial_number.as_str()).collect();
        let shown = format!("{} has {} already", owner.shown(), serials.join(", "));
        if has.len() >= MOST {
            return Err(unfit(shown).hint(format!("{MOST} is the most: keyfob mfa remove takes one away")));
        }
        if let Some(serial) = &self.serial_number {
            return Ok(Device::Token(serial.clone()));
        }
        match self.device_name.as_deref() {
            Some(text) => match DeviceName::parse(text) {
                Some(name) => Ok(Device::New(name)),
                None => Err(CommandError::new(ErrorKind::Usage, format!("{text:?} cannot be the name of a device"))
                    .hint("a name has letters, digits and _+=,.@-")),
            },
            None if has.is_empty() => Ok(Device::New(DeviceName::of(owner))),
            None => Err(unfit(shown)
                .hint("another one needs a name of its own: --device-name NAME")
                .hint("keyfob mfa remove takes a device away, keyfob mfa resync sets its clock right")),
        }
    }

    fn line(
        &self,
        asker: &Asker<'_>,
        owner: &Owner,
        shared: &SharedConfig<'_>,
        device: &Device,
    ) -> Result<ProfileLine, CommandError> {
        let serial = match device {
            Device::Token(serial) => serial.clone(),
            Device::New(name) => name.serial(&owner.partition, &owner.account),
        };
        ProfileLine::decide(asker, owner, shared, &serial, self.yes)
    }

    /// From here until the device is the user's, Ctrl-C and failures put it away again.
    fn make_and_enable(
        &self,
        asker: &Asker<'_>,
        owner: &Owner,
        name: &DeviceName,
    ) -> Result<(String, Deferred), CommandError> {
        let (made, deferred) = new_device::make(asker, owner, name, self.yes)?;
        let screen = new_device::screen(asker.context, owner, &made, self.show_secret);
        let enabled = self.enable(asker, owner, &made.serial_number, &deferred, screen.expose(), Some(&made.seed));
        if enabled.is_err() {
            new_device::put_away(asker, &made.serial_number);
        }
        enabled.map(|()| (made.serial_number, deferred))
    }

    fn enable(
        &self,
        asker: &Asker<'_>,
        owner: &Owner,
        serial: &str,
        deferred: &Deferred,
        before: &str,
        secret: Option<&Secret>,
    ) -> Result<(), CommandError> {
        let user = owner.user.as_deref();
        let questions = TwoQuestions { asker, given: &self.codes, deferred, before, secret };
        questions.until_taken(&|codes| match asker.ask(|iam| iam.enable_mfa_device(user, serial, codes)) {
            // The answer to a call that went well may have been lost on the way.
            Err(error)
                if (error.refusal().is_none() || new_device::is(&error, "EntityAlreadyExists"))
                    && asker
                        .ask(|iam| iam.list_mfa_devices(user))
                        .is_ok_and(|devices| devices.iter().any(|device| device.serial_number == serial)) =>
            {
                Ok(())
            }
            taken => taken,
        })
    }
}
