//! The macro that declares bodies.

/// Declares what a client may write of a noun: the one struct that creates and
/// updates are read into.
///
/// `required` keys must be in a create; `defaulted` keys have a default in the
/// table and are never null; `nullable` keys may be null; `read_only` keys are
/// ignored. The struct's `problems` are written by hand in `impl Rules`.
#[macro_export]
macro_rules! body {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            required { $($(#[$r_meta:meta])* $required:ident: $r_type:ty),* $(,)? }
            defaulted { $($(#[$d_meta:meta])* $defaulted:ident: $d_type:ty),* $(,)? }
            nullable { $($(#[$n_meta:meta])* $nullable:ident: $n_type:ty),* $(,)? }
            read_only { $($read_only:ident),* $(,)? }
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default)]
        pub struct $name {
            $($(#[$r_meta])* pub $required: $crate::input::Field<$r_type>,)*
            $($(#[$d_meta])* pub $defaulted: $crate::input::Field<$d_type>,)*
            $($(#[$n_meta])* pub $nullable: $crate::input::Field<$n_type>,)*
        }

        impl $crate::input::Writable for $name {
            const NAME: &'static str = stringify!($name);
            const KEYS: &'static [&'static str] = &[
                $($crate::db::plain_name(stringify!($required)),)* $($crate::db::plain_name(stringify!($defaulted)),)* $($crate::db::plain_name(stringify!($nullable)),)*
            ];
            const READ_ONLY: &'static [&'static str] = &[$($crate::db::plain_name(stringify!($read_only))),*];

            fn read(
                mut object: serde_json::Map<String, serde_json::Value>,
                mode: $crate::input::Mode,
            ) -> Result<Self, Vec<$crate::error::Problem>> {
                let mut problems = Vec::new();
                let create = mode == $crate::input::Mode::Create;
                let (object, problems_in) = (&mut object, &mut problems);
                let body = Self {
                    $($required: $crate::input::read_field(
                        object, $crate::db::plain_name(stringify!($required)), false, create, problems_in),)*
                    $($defaulted: $crate::input::read_field(
                        object, $crate::db::plain_name(stringify!($defaulted)), false, false, problems_in),)*
                    $($nullable: $crate::input::read_field(
                        object, $crate::db::plain_name(stringify!($nullable)), true, false, problems_in),)*
                };
                let _ = (object, problems_in, create);
                if problems.is_empty() { Ok(body) } else { Err(problems) }
            }

            fn problems(&self, mode: $crate::input::Mode) -> Vec<$crate::error::Problem> {
                let mut problems = $crate::input::Rules::problems(self);
                if mode == $crate::input::Mode::Create {
                    problems.extend($crate::input::Rules::create_problems(self));
                }
                problems
            }

            fn columns(self) -> Vec<(&'static str, $crate::db::Parameter)> {
                #[allow(unused_mut, reason = "a body may have no key")]
                let mut columns: Vec<(&'static str, $crate::db::Parameter)> = Vec::new();
                $($crate::input::push_column(&mut columns, $crate::db::plain_name(stringify!($required)), self.$required);)*
                $($crate::input::push_column(&mut columns, $crate::db::plain_name(stringify!($defaulted)), self.$defaulted);)*
                $($crate::input::push_column(&mut columns, $crate::db::plain_name(stringify!($nullable)), self.$nullable);)*
                columns
            }

            fn column_types() -> Vec<$crate::db::ColumnType> {
                vec![
                    $($crate::input::column_type::<$r_type>($crate::db::plain_name(stringify!($required))),)*
                    $($crate::input::column_type::<$d_type>($crate::db::plain_name(stringify!($defaulted))),)*
                    $($crate::input::column_type::<$n_type>($crate::db::plain_name(stringify!($nullable))),)*
                ]
            }

            fn schema(
                mode: $crate::input::Mode,
                generator: &mut schemars::SchemaGenerator,
            ) -> schemars::Schema {
                let _ = &generator;
                #[allow(unused_mut, reason = "a body may have no key")]
                let mut description = $crate::input::Description::new(mode);
                $(description.key::<$r_type>(
                    generator, $crate::db::plain_name(stringify!($required)), true, false, &[$(stringify!($r_meta)),*]);)*
                $(description.key::<$d_type>(
                    generator, $crate::db::plain_name(stringify!($defaulted)), false, false, &[$(stringify!($d_meta)),*]);)*
                $(description.key::<$n_type>(
                    generator, $crate::db::plain_name(stringify!($nullable)), false, true, &[$(stringify!($n_meta)),*]);)*
                description.finish()
            }
        }
    };
}
