/// How messages become JSON, and what is taken back (ProtoJSON, "JSON options"). The defaults are the standard's.
public struct JSONOptions: Sendable, Hashable {
    /// Writes fields without presence also when they are zero, empty or false; `optional` fields, oneofs and messages only when set.
    public var emitsDefaults = false
    /// Writes field names as the `.proto` file has them, not in lowerCamelCase.
    public var usesOriginalNames = false
    /// Indents by two blanks. Else everything stands on one line.
    public var isPretty = false
    /// Passes over fields, and names of enums, that the contract does not have. Else they are an error.
    public var ignoresUnknown = false

    /// Writes a `google.protobuf.Any` of a type that is not known here with its bytes in base64 under `value`; such a text is not read
    /// back. Else it is an error, as the standard has it.
    public var showsForeignAny = false

    public init(
        emitsDefaults: Bool = false, usesOriginalNames: Bool = false, isPretty: Bool = false, ignoresUnknown: Bool = false,
        showsForeignAny: Bool = false
    ) {
        self.emitsDefaults = emitsDefaults
        self.usesOriginalNames = usesOriginalNames
        self.isPretty = isPretty
        self.ignoresUnknown = ignoresUnknown
        self.showsForeignAny = showsForeignAny
    }

    public static let standard = JSONOptions()
}
