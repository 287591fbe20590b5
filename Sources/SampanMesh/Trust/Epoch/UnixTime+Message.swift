internal import SampanAPI
internal import SampanDomain

extension UnixTime {
    var message: GoogleProtobuf.Timestamp { GoogleProtobuf.Timestamp(nanosecondsSince1970: nanoseconds) }

    /// Nil where the field is absent. Throws `badValue` for what is no moment between 1677 and 2262.
    init?(_ message: GoogleProtobuf.Timestamp?, field: String) throws(EpochError) {
        guard let message else { return nil }
        guard let nanoseconds = message.nanosecondsSince1970 else { throw EpochError(.badValue, field, "not a moment") }
        self.init(nanoseconds: nanoseconds)
    }

    /// As above, and throws `missing` where the field is absent.
    init(required message: GoogleProtobuf.Timestamp?, field: String) throws(EpochError) {
        guard let time = try UnixTime(message, field: field) else { throw EpochError(.missing, field, "no moment") }
        self = time
    }
}
