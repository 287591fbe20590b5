package import SampanDomain
package import SampanIdentity
internal import SampanRecords

/// Residents as the patient index knows them: whom a paper names, and who stands for whom.
package struct IndexedResidents: PaperRegister, GuardianRegister {
    /// Full years at which nobody is a ward as a minor any more (Civil Code, article 17).
    private static let fullAge = 18

    private let index: PatientIndex
    private let now: @Sendable () -> UnixTime

    package init(_ index: PatientIndex, now: @escaping @Sendable () -> UnixTime) {
        self.index = index
        self.now = now
    }

    package func person(of paper: IdentityPaper) async throws -> EnterpriseID? {
        let found = try await index.resolve(paper: paper)
        return found.count == 1 ? found.first : nil
    }

    /// A guardian's link counts as long as the ward is a minor by every birth date that an institution has stated, and one has.
    package func stands(_ guardian: EnterpriseID, for patient: EnterpriseID) async throws -> Bool {
        let card = try await index.crossReference(patient)
        guard card.guardians.contains(try await index.resolve(guardian)) else { return false }
        let births = card.records.compactMap { record in try? BirthDate(record.demographics.birthDate) }
        guard let oldest = births.min() else { return false }
        let today = ChinaTime(now())
        return today.year * 10_000 + today.month * 100 + today.day < oldest.number + Self.fullAge * 10_000
    }
}
