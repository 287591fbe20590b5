import SampanClinicalDocument
import Testing

/// Two readings of one document, without the names that writing gives and without what tells of the form.
enum Neutral {
    static func expectEqual(_ left: ClinicalDocument, _ right: ClinicalDocument) {
        let (left, right) = (stripped(left), stripped(right))
        #expect(left.kind == right.kind && left.type == right.type && left.title == right.title && left.created == right.created)
        #expect(left.identifier == right.identifier && left.setIdentifier == right.setIdentifier && left.version == right.version)
        #expect(left.language == right.language && left.confidentiality == right.confidentiality && left.status == right.status)
        #expect(left.patient == right.patient)
        #expect(left.authors == right.authors && left.custodian == right.custodian && left.parties == right.parties)
        #expect(left.sections.count == right.sections.count)
        for (one, other) in zip(left.allSections, right.allSections) { expectEqual(one, other) }
        expectEqual(left.statements, right.statements)
        #expect(left.opaque.map(\.json) == right.opaque.map(\.json))
    }

    private static func expectEqual(_ left: DocumentSection, _ right: DocumentSection) {
        #expect(left.code == right.code && left.title == right.title && left.text == right.text && left.references == right.references)
        expectEqual(left.statements, right.statements)
    }

    private static func expectEqual(_ left: [ClinicalStatement], _ right: [ClinicalStatement]) {
        #expect(left.count == right.count)
        for (one, other) in zip(left, right) { #expect(one == other) }
    }

    static func stripped(_ document: ClinicalDocument) -> ClinicalDocument {
        var document = document
        document.address = ResourceAddress()
        document.patient?.address = ResourceAddress()
        document.custodian = document.custodian.map(stripped)
        document.authors = document.authors.map(stripped)
        document.parties = document.parties.map(stripped)
        document.sections = document.sections.map(stripped)
        document.statements = document.statements.map(stripped)
        return document
    }

    private static func stripped(_ party: Party) -> Party {
        var party = party
        party.address = ResourceAddress()
        return party
    }

    private static func stripped(_ section: DocumentSection) -> DocumentSection {
        var section = section
        section.statements = section.statements.map(stripped)
        section.sections = section.sections.map(stripped)
        return section
    }

    private static func stripped(_ statement: ClinicalStatement) -> ClinicalStatement {
        var statement = statement
        statement.address = ResourceAddress()
        statement.members = statement.members.map(stripped)
        return statement
    }
}
