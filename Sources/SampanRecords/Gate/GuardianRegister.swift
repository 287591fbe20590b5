package import SampanDomain

/// Who stands for whom (ID-04). The patient index knows.
package protocol GuardianRegister: Sendable {
    /// Whether `guardian` may act for `patient` now. What throws counts as no.
    func stands(_ guardian: EnterpriseID, for patient: EnterpriseID) async throws -> Bool
}

/// Knows nobody: everybody reads only for himself.
package struct NoGuardians: GuardianRegister {
    package init() {}
    package func stands(_ guardian: EnterpriseID, for patient: EnterpriseID) async throws -> Bool { false }
}
