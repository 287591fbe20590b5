package import SampanDomain
package import SampanIdentity
package import SampanRPC

/// Who is a person of the region, as services of records see the patient index.
package protocol PatientDirectory: Sendable {
    /// The person whom an enterprise id stands for now: itself, or whom it was merged into. Nil for an id that nobody has been given.
    func person(of id: EnterpriseID) async throws(RPCError) -> EnterpriseID?
}

/// The persons of the region's patient index.
package struct IndexedPatients: PatientDirectory {
    private let index: PatientIndex

    package init(_ index: PatientIndex) { self.index = index }

    package func person(of id: EnterpriseID) async throws(RPCError) -> EnterpriseID? {
        do throws(IndexError) {
            return try await index.resolve(id)
        } catch {
            if case .unknownPerson = error { return nil }
            throw error.rpcError
        }
    }
}
