package import SampanAPI
package import SampanDomain
internal import SampanStorage

extension HISStore: HISReading {
    package func answer(_ inquiry: GatewayV1.Inquiry, now: UnixTime) async throws(HISError) -> GatewayV1.InquiryAnswer {
        do throws(StorageError) {
            return try await database.read { tx in
                do {
                    return GatewayV1.InquiryAnswer(
                        id: inquiry.id, answer: try HISQuestion(asker: inquiry.asker, now: now).answer(inquiry, tx))
                } catch let refusal as HISRefusal {
                    return GatewayV1.InquiryAnswer(id: inquiry.id, refusal: refusal.reason.code, refusal.reason.message)
                } catch let error as DomainError {
                    return GatewayV1.InquiryAnswer(id: inquiry.id, refusal: "INQUIRY_INVALID", "\(error.field) \(error.message)")
                }
            }
        } catch {
            throw .unavailable(error.description)
        }
    }
}

extension GatewayV1.InquiryAnswer {
    init(id: UInt64, refusal reason: String, _ message: String) {
        self.init(id: id, answer: .refusal(GatewayV1.InquiryRefusal(reason: reason, message: message)))
    }
}
