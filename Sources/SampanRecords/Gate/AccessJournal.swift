package import SampanDomain
internal import SampanStorage

/// Decisions in the records' own file, by patient: what a resident is shown who asks who looked. Sealed, only ever added to. The region's
/// audit log proves that such a list is complete; a node has both.
package struct AccessJournal: AccessAudit {
    /// One decision as it is shown to the patient.
    package struct Reading: Sendable, Hashable {
        /// Its place: 1 upwards.
        package let number: Int64
        package let at: UnixTime
        /// Nil for a resident.
        package let institution: InstitutionCode?
        package let staff: StaffID?
        package let role: ReaderRole?
        /// The person, when it was a resident.
        package let resident: EnterpriseID?
        package let purpose: PurposeOfUse
        package let entry: AccessEvent.Entry
        package let document: DocumentID?
        /// `allowed`, `denied` or `cut`.
        package let outcome: String
        /// The bases of what was allowed, or the reason of what was not.
        package let reason: String
    }

    package static let mostReadings = 100

    private let records: RecordsDatabase

    package init(_ records: RecordsDatabase) { self.records = records }

    package func append(_ event: AccessEvent) async throws {
        let bytes = Self.bytes(of: event)
        let (keys, patient) = (records.keys, try records.names.patient(event.request.patient))
        try await records.database.write(RecordsError.self) { transaction in
            let (key, box) = try keys.seal(bytes, transaction, .node, .readings, context: patient, at: event.at)
            try transaction.execute(
                "INSERT INTO record_readings (patient, at, wrapped_by, sealed) VALUES (?, ?, ?, ?)", .blob(patient),
                .integer(event.at.nanoseconds), .integer(key), .blob(box))
        }
    }

    /// Who asked for a patient's records, newest first, below `before`.
    package func readings(of patient: EnterpriseID, before: Int64 = .max, limit: Int = 50) async throws(RecordsError) -> [Reading] {
        let (keys, name, count) = (records.keys, try records.names.patient(patient), max(1, min(Self.mostReadings, limit)))
        return try await records.database.read(RecordsError.self) { transaction in
            let rows = try transaction.rows(
                "SELECT id, at, wrapped_by, sealed FROM record_readings WHERE patient = ? AND id < ? ORDER BY id DESC LIMIT ?", .blob(name),
                .integer(before), .integer(Int64(count))
            ) { row in (try row.int64(0), try row.int64(1), try row.int64(2), try row.blob(3)) }
            return try rows.map { number, at, key, box in
                let bytes = try keys.open(box, transaction, key: key, .node, .readings, context: name, part: "a reading")
                return try Self.reading(bytes, number: number, at: UnixTime(nanoseconds: at))
            }
        }
    }

    private static func bytes(of event: AccessEvent) -> [UInt8] {
        var fields = FieldWriter("sampan reading 1")
        fields.add(event.at.nanoseconds)
        switch event.request.reader {
        case .staff(let institution, let staff, let role):
            fields.add(institution.text as String?)
            fields.add(staff.text as String?)
            fields.add(role.rawValue as String?)
            fields.add(0)
        case .resident(let person):
            for _ in 0..<3 { fields.add(nil as String?) }
            fields.add(person.number)
        }
        fields.add(event.request.purpose.rawValue)
        fields.add(event.entry.rawValue)
        fields.add(event.document?.text)
        fields.add(event.version ?? 0)
        switch event.outcome {
        case .allowed(let bases):
            fields.add("allowed")
            fields.add(bases.map(\.text).joined(separator: ", "))
        case .denied(let reason):
            fields.add("denied")
            fields.add(reason.rawValue)
        case .cut(let reason):
            fields.add("cut")
            fields.add(reason.rawValue)
        }
        return fields.bytes
    }

    private static func reading(_ bytes: [UInt8], number: Int64, at: UnixTime) throws(RecordsError) -> Reading {
        let part = "a reading"
        var fields = try FieldReader(bytes, form: "sampan reading 1", part: part)
        guard try fields.number() == at.nanoseconds else { throw .damaged(part) }
        let (institution, staff, role, person) = (
            try fields.optionalText(), try fields.optionalText(), try fields.optionalText(), try fields.number()
        )
        let (purpose, entry, document, _) = (try fields.text(), try fields.text(), try fields.optionalText(), try fields.number())
        let (outcome, reason) = (try fields.text(), try fields.text())
        try fields.end()
        guard let entry = AccessEvent.Entry(rawValue: entry) else { throw .damaged(part) }
        return try RecordsError.stored(part) { () throws(DomainError) in
            var reader: (InstitutionCode?, StaffID?, ReaderRole?, EnterpriseID?) = (nil, nil, nil, nil)
            if let institution, let staff, let role {
                reader = (try InstitutionCode(institution, scheme: .local), try StaffID(staff), try ReaderRole(name: role), nil)
            } else {
                reader.3 = try EnterpriseID(person)
            }
            let read: DocumentID? = if let document { try DocumentID(document) } else { nil }
            return Reading(
                number: number, at: at, institution: reader.0, staff: reader.1, role: reader.2, resident: reader.3,
                purpose: try PurposeOfUse(name: purpose), entry: entry, document: read, outcome: outcome, reason: reason)
        }
    }
}
