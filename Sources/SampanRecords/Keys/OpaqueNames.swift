internal import SampanCrypto
internal import SampanDomain

/// What stands in the file for a patient, a reader or a request: an HMAC under a key of the node. Whoever has the file alone cannot tell
/// whose a row is, nor try all numbers, as a plain hash would let him.
struct OpaqueNames: Sendable {
    /// Bytes of a name. Among 10^9 names two are alike with a chance of 10^-21.
    static let byteCount = 16

    private let key: DataKey

    init(_ key: DataKey) { self.key = key }

    func patient(_ patient: EnterpriseID) throws(RecordsError) -> [UInt8] {
        var fields = FieldWriter("sampan records patient 1")
        fields.add(patient.number)
        return try name(fields)
    }

    func staff(_ institution: InstitutionCode, _ staff: StaffID) throws(RecordsError) -> [UInt8] {
        var fields = FieldWriter("sampan records staff 1")
        fields.add(institution.text)
        fields.add(staff.text)
        return try name(fields)
    }

    /// A citizen's number names the same person on whichever paper it stands.
    func paper(_ paper: IdentityPaper) throws(RecordsError) -> [UInt8] {
        var fields = FieldWriter("sampan records paper 1")
        fields.add(paper.citizen == nil ? paper.kind.rawValue : "citizen")
        fields.add(paper.citizen?.text ?? paper.number)
        return try name(fields)
    }

    /// An app, by the name of its certificate.
    func app(_ uri: String) throws(RecordsError) -> [UInt8] {
        var fields = FieldWriter("sampan records app 1")
        fields.add(uri)
        return try name(fields)
    }

    /// 32 bytes for what shows a resident's session.
    func session(_ text: String) throws(RecordsError) -> [UInt8] {
        var fields = FieldWriter("sampan records session 1")
        fields.add(text)
        return try digest(fields.bytes)
    }

    /// A request's id is the caller's choice: it could hold a name.
    func request(_ institution: InstitutionCode, _ request: RequestID) throws(RecordsError) -> [UInt8] {
        var fields = FieldWriter("sampan records request 1")
        fields.add(institution.text)
        fields.add(request.text)
        return try name(fields)
    }

    /// 32 bytes that tell one content from another, for whoever has the key.
    func digest(_ bytes: [UInt8]) throws(RecordsError) -> [UInt8] {
        var fields = FieldWriter("sampan records digest 1")
        fields.add(bytes)
        let all = fields.bytes
        return try RecordsError.crypto { () throws(CryptoError) in try HMACSHA256.authenticate(all, key: key.secret) }
    }

    private func name(_ fields: FieldWriter) throws(RecordsError) -> [UInt8] {
        try RecordsError.crypto { () throws(CryptoError) in
            Array(try HMACSHA256.authenticate(fields.bytes, key: key.secret).prefix(Self.byteCount))
        }
    }
}
