internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanRecords

extension QualityCertificate {
    /// Throws for a field that cannot be one; what belongs together is looked at where it is kept.
    init(_ message: RecordsV1.QualityCertificate) throws(DomainError) {
        var kinds: Set<DocumentKind> = []
        for name in message.kinds { kinds.insert(try DocumentKind(name: name)) }
        guard let level = Level(rawValue: message.level) else {
            throw DomainError(
                field: "level", message: "unknown; right would be one of \(Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.init(
            number: message.number, institution: try InstitutionCode(message.institutionCode, scheme: .local), kinds: kinds, level: level,
            region: try RegionCode(message.regionCode), from: try UnixTime(required: message.validFrom, field: "valid_from"),
            until: try UnixTime(required: message.validUntil, field: "valid_until"))
    }

    var message: RecordsV1.QualityCertificate {
        RecordsV1.QualityCertificate(
            number: number, institutionCode: institution.text, kinds: kinds.map(\.rawValue).sorted(), level: level.rawValue,
            regionCode: region.digits, validFrom: from.message, validUntil: until.message)
    }
}

extension RecognitionRules.Outcome {
    func message(of document: DocumentID) -> RecordsV1.RecognitionResult {
        switch self {
        case .recognised(let level, let until):
            RecordsV1.RecognitionResult(
                documentID: document.text, isRecognised: true, level: level.rawValue, validUntil: until.message)
        case .refused(let refusals):
            RecordsV1.RecognitionResult(documentID: document.text, reasons: refusals.map(\.rawValue))
        }
    }
}
