/// HL7 v3's ActStatus in the words of FHIR, by kind of statement; nil where FHIR has no word for it.
enum CDAStatus {
    static func word(_ code: String?, _ kind: StatementKind) -> String? {
        guard let code else { return nil }
        if code == "nullified" {
            return kind == .attachment || kind == .diagnosis || kind == .allergy || kind == .other ? nil : "entered-in-error"
        }
        return table[kind]?[code]
    }

    private static let results = [
        "completed": "final", "active": "preliminary", "aborted": "cancelled", "cancelled": "cancelled", "held": "registered",
        "suspended": "registered", "new": "registered",
    ]

    private static let table: [StatementKind: [String: String]] = [
        .result: results, .report: results,
        .medication: [
            "completed": "completed", "active": "active", "aborted": "stopped", "held": "on-hold", "suspended": "on-hold",
            "new": "intended",
        ],
        .prescription: [
            "completed": "completed", "active": "active", "aborted": "stopped", "cancelled": "cancelled", "held": "on-hold",
            "suspended": "on-hold", "new": "draft",
        ],
        .order: [
            "completed": "completed", "active": "active", "aborted": "revoked", "cancelled": "revoked", "held": "on-hold",
            "suspended": "on-hold", "new": "draft",
        ],
        .procedure: [
            "completed": "completed", "active": "in-progress", "aborted": "stopped", "cancelled": "not-done", "held": "on-hold",
            "suspended": "on-hold", "new": "preparation",
        ],
        .immunization: ["completed": "completed", "cancelled": "not-done"],
        .encounter: [
            "completed": "finished", "active": "in-progress", "aborted": "cancelled", "cancelled": "cancelled", "new": "planned",
        ],
        .imagingStudy: ["completed": "available", "active": "available", "cancelled": "cancelled", "new": "registered"],
        .familyHistory: ["completed": "completed", "active": "partial"],
    ]
}
