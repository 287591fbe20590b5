/// One coded entry of a document.
package struct ClinicalStatement: Sendable, Hashable {
    package struct Dosage: Sendable, Hashable {
        package var text: String?
        package var route: CodedConcept?
        package var dose: ClinicalQuantity?

        package init(text: String? = nil, route: CodedConcept? = nil, dose: ClinicalQuantity? = nil) {
            (self.text, self.route, self.dose) = (text, route, dose)
        }
    }

    /// A part of a result that has no name of its own: the diastolic pressure of a blood pressure. Of a claim: one item.
    package struct Component: Sendable, Hashable {
        package var code: CodedConcept?
        package var value: ClinicalValue?
        package var interpretation: [CodedConcept]

        package init(code: CodedConcept?, value: ClinicalValue? = nil, interpretation: [CodedConcept] = []) {
            (self.code, self.value, self.interpretation) = (code, value, interpretation)
        }
    }

    package struct ReferenceRange: Sendable, Hashable {
        package var low: ClinicalQuantity?
        package var high: ClinicalQuantity?
        package var text: String?

        package init(low: ClinicalQuantity? = nil, high: ClinicalQuantity? = nil, text: String? = nil) {
            (self.low, self.high, self.text) = (low, high, text)
        }
    }

    package var kind: StatementKind
    package var address = ResourceAddress()
    package var identifiers: [ClinicalIdentifier] = []
    /// In the words of the FHIR resource of this kind; nil where the document does not say.
    package var status: String?
    /// Of prescriptions and orders: `order`, `plan`, `proposal`; of claims `claim`, `preauthorization`, `predetermination`.
    package var intent: String?
    /// The statement says that it is not so: "no known allergies" is a negated allergy. Whoever reads statements must look here first.
    package var isNegated = false
    /// Of diagnoses and allergies.
    package var clinicalStatus: CodedConcept?
    package var verification: CodedConcept?
    package var categories: [CodedConcept] = []
    /// What the statement is about: the test, the disease, the drug, the vaccine.
    package var code: CodedConcept?
    package var timing: ClinicalTiming?
    /// When it was written, ordered or released, where that is told apart.
    package var issued: ClinicalTime?
    package var value: ClinicalValue?
    package var interpretation: [CodedConcept] = []
    package var ranges: [ReferenceRange] = []
    package var components: [Component] = []
    package var bodySite: CodedConcept?
    package var dosages: [Dosage] = []
    /// Of a claim: what is asked for altogether.
    package var total: Money?
    package var items: [FeeItem] = []
    package var imaging: ImagingDetail?
    package var attachments: [Attachment] = []
    /// A report's conclusion; else what was noted.
    package var text: String?
    /// Statements that belong to this one.
    package var members: [ClinicalStatement] = []
    /// References to members that the document does not hold, or holds in another place.
    package var references: [String] = []

    package init(kind: StatementKind) { self.kind = kind }

    /// Of this statement and all below it.
    package var withMembers: [ClinicalStatement] { [self] + members.flatMap(\.withMembers) }
}

extension ClinicalStatement {
    /// An amount of a currency, as it was written. Not the fen of the ledger: nothing is paid by a document.
    package struct Money: Sendable, Hashable {
        package let value: String
        package var currency: String?

        /// Throws when `value` is no decimal number.
        package init(value: String, currency: String? = nil) throws(DocumentError) {
            guard ClinicalQuantity.isDecimal(value) else { throw DocumentError(.badNumber) }
            (self.value, self.currency) = (value, currency)
        }
    }

    /// One line of a claim.
    package struct FeeItem: Sendable, Hashable {
        /// From 1, as it was written.
        package var sequence: Int
        package var code: CodedConcept?
        package var quantity: ClinicalQuantity?
        package var unitPrice: Money?
        package var net: Money?

        package init(sequence: Int, code: CodedConcept?, quantity: ClinicalQuantity? = nil, unitPrice: Money? = nil, net: Money? = nil) {
            (self.sequence, self.code, self.quantity, self.unitPrice, self.net) = (sequence, code, quantity, unitPrice, net)
        }
    }

    /// The series of an imaging study.
    package struct ImagingDetail: Sendable, Hashable {
        package struct Series: Sendable, Hashable {
            package var uid: String
            package var number: Int?
            package var modality: Coding?
            package var bodySite: Coding?
            package var text: String?
            package var instances: [Instance]

            package init(
                uid: String, number: Int? = nil, modality: Coding? = nil, bodySite: Coding? = nil, text: String? = nil,
                instances: [Instance] = []
            ) {
                (self.uid, self.number, self.modality, self.bodySite) = (uid, number, modality, bodySite)
                (self.text, self.instances) = (text, instances)
            }
        }

        package struct Instance: Sendable, Hashable {
            package var uid: String
            package var sopClass: Coding?
            package var number: Int?

            package init(uid: String, sopClass: Coding? = nil, number: Int? = nil) {
                (self.uid, self.sopClass, self.number) = (uid, sopClass, number)
            }
        }

        package var modalities: [Coding]
        package var numberOfSeries: Int?
        package var numberOfInstances: Int?
        package var series: [Series]

        package init(modalities: [Coding] = [], numberOfSeries: Int? = nil, numberOfInstances: Int? = nil, series: [Series] = []) {
            (self.modalities, self.numberOfSeries, self.numberOfInstances, self.series) = (
                modalities, numberOfSeries, numberOfInstances, series
            )
        }
    }

    /// Content that is not coded: a page, a picture, or where it lies.
    package struct Attachment: Sendable, Hashable {
        package var contentType: String?
        package var url: String?
        /// Base64, as it was written, without blanks.
        package var data: String?
        package var title: String?
        package var created: ClinicalTime?

        package init(
            contentType: String? = nil, url: String? = nil, data: String? = nil, title: String? = nil, created: ClinicalTime? = nil
        ) {
            (self.contentType, self.url, self.data, self.title, self.created) = (contentType, url, data, title, created)
        }
    }
}
