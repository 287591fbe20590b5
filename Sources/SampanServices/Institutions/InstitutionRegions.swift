internal import SampanAPI
package import SampanDomain
package import SampanRecords
package import SampanRPC

/// Where institutions are.
package protocol InstitutionRegions: Sendable {
    /// The region of an institution; nil where nobody knows it. Throws where it cannot be read now.
    func region(of institution: InstitutionCode) async throws(RPCError) -> RegionCode?
}

/// By the registry's entries that are in force.
package struct RegisteredRegions: InstitutionRegions {
    private let file: RegistryFile

    package init(_ file: RegistryFile) { self.file = file }

    package func region(of institution: InstitutionCode) async throws(RPCError) -> RegionCode? {
        let now = file.now()
        do throws(RegistryError) {
            let entry = try await file.read { tx in try InstitutionRows.inForce(institution.text, asOf: now, tx) }
            return entry.flatMap { try? RegionCode($0.region) }
        } catch {
            throw error.rpcError
        }
    }
}
