/// What printing or interpolating a message shows.
///
/// In release builds the name of its type and nothing else: messages hold patient data, and a log line that prints one
/// must not hold any (design.md, Patient data). Debug builds show the fields, for tests and debuggers.
#if DEBUG
    public protocol MessageReflection {}
#else
    public protocol MessageReflection: CustomReflectable {}

    extension MessageReflection {
        public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
    }
#endif
