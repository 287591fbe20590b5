import SampanAPI

/// Commands one change of who keeps for an institution, and tells of it.
struct CustodianChange {
    let institution: String
    /// Empty: all.
    let service: String
    /// Empty: nobody.
    let custodian: String
    let admin: AdminOptions
    let mutation: MutationOptions

    private struct Answer: Codable {
        let institution: String
        let service: String?
        let custodian: String?
        let dryRun: Bool
        let changed: Bool
        let epoch: UInt64
        let requestID: String
    }

    func run() async throws {
        let (requestID, isDryRun) = (try mutation.makeRequestID(), mutation.dryRun)
        let response = try await admin.authority { access in
            try await access.client.changeCustodian(
                TrustV1.ChangeCustodianRequest(
                    requestID: requestID,
                    custodian: TrustV1.Custodian(institution: institution, service: service, custodian: custodian), dryRun: isDryRun))
        }
        if admin.json {
            print(
                try JSONText.of(
                    Answer(
                        institution: institution, service: service.isEmpty ? nil : service, custodian: custodian.isEmpty ? nil : custodian,
                        dryRun: isDryRun, changed: response.changed, epoch: response.epochNumber, requestID: requestID)))
        } else {
            print(text(response, isDryRun))
        }
    }

    private func text(_ response: TrustV1.ChangeCustodianResponse, _ isDryRun: Bool) -> String {
        let matter = institution + (service.isEmpty ? "" : " in \(service)")
        let deed = CertificateDescription.printable(custodian.isEmpty ? "nobody keeps for \(matter)" : "\(custodian) keeps for \(matter)")
        guard response.changed else { return "\(deed), as before" }
        return isDryRun ? "dry run: \(deed) from then on; nothing has changed" : "\(deed) by epoch \(response.epochNumber)"
    }
}
