internal import SampanAPI
internal import SampanDomain

extension UnixTime {
    /// As it travels.
    var timestamp: GoogleProtobuf.Timestamp { GoogleProtobuf.Timestamp(nanosecondsSince1970: nanoseconds) }

    /// Nil where the field is absent. Throws `invalid` for what is no moment between 1677 and 2262.
    init?(timestamp: GoogleProtobuf.Timestamp?, field: String) throws(AuthorityError) {
        guard let timestamp else { return nil }
        guard let nanoseconds = timestamp.nanosecondsSince1970 else { throw .invalid(field: field, "not a moment") }
        self.init(nanoseconds: nanoseconds)
    }
}
