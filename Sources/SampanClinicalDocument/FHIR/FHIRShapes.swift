/// Elements of FHIR R4 (4.0.1) resources and data types, as far as they are read or written here.
///
/// One line an element: name, type, and `!` for required, `*` for a list, `+` for a list with at least one. `[x]` names a choice of types,
/// `(…)` the codes of a required binding.
enum FHIRShapes {
    static let resources: [String: String] = [
        "Bundle": """
        identifier Identifier;
        type code! (document message transaction transaction-response batch batch-response history searchset collection);
        timestamp instant; total unsignedInt; link Bundle.link*; entry Bundle.entry*; signature Any
        """,
        "Composition": """
        identifier Identifier; status code! (preliminary final amended entered-in-error); type CodeableConcept!; category CodeableConcept*;
        subject Reference; encounter Reference; date dateTime!; author Reference+; title string!;
        confidentiality code (U L M N R V); attester Any*; custodian Reference; relatesTo Any*; event Any*; section Composition.section*
        """,
        "Patient": """
        identifier Identifier*; active boolean; name HumanName*; telecom ContactPoint*; gender code (male female other unknown);
        birthDate date; deceased[x] boolean dateTime; address Address*; maritalStatus CodeableConcept; multipleBirth[x] boolean integer;
        photo Attachment*; contact Any*; communication Any*; generalPractitioner Reference*; managingOrganization Reference; link Any*
        """,
        "Practitioner": """
        identifier Identifier*; active boolean; name HumanName*; telecom ContactPoint*; address Address*;
        gender code (male female other unknown); birthDate date; photo Attachment*; qualification Any*; communication CodeableConcept*
        """,
        "Organization": """
        identifier Identifier*; active boolean; type CodeableConcept*; name string; alias string*; telecom ContactPoint*; address Address*;
        partOf Reference; contact Any*; endpoint Reference*
        """,
        "Device": """
        identifier Identifier*; definition Reference; udiCarrier Any*; status code (active inactive entered-in-error unknown);
        statusReason CodeableConcept*; distinctIdentifier string; manufacturer string; manufactureDate dateTime; expirationDate dateTime;
        lotNumber string; serialNumber string; deviceName Device.deviceName*; modelNumber string; partNumber string; type CodeableConcept;
        specialization Any*; version Any*; property Any*; patient Reference; owner Reference; contact ContactPoint*; location Reference;
        url uri; note Annotation*; safety CodeableConcept*; parent Reference
        """,
        "Encounter": """
        identifier Identifier*;
        status code! (planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown); statusHistory Any*;
        class Coding!; classHistory Any*; type CodeableConcept*; serviceType CodeableConcept; priority CodeableConcept; subject Reference;
        episodeOfCare Reference*; basedOn Reference*; participant Any*; appointment Reference*; period Period; length Quantity;
        reasonCode CodeableConcept*; reasonReference Reference*; diagnosis Any*; account Reference*; hospitalization Any; location Any*;
        serviceProvider Reference; partOf Reference
        """,
        "Observation": """
        identifier Identifier*; basedOn Reference*; partOf Reference*;
        status code! (registered preliminary final amended corrected cancelled entered-in-error unknown); category CodeableConcept*;
        code CodeableConcept!; subject Reference; focus Reference*; encounter Reference; effective[x] dateTime Period Timing instant;
        issued instant; performer Reference*;
        value[x] Quantity CodeableConcept string boolean integer Range Ratio SampledData time dateTime Period;
        dataAbsentReason CodeableConcept; interpretation CodeableConcept*; note Annotation*; bodySite CodeableConcept;
        method CodeableConcept; specimen Reference; device Reference; referenceRange Observation.referenceRange*; hasMember Reference*;
        derivedFrom Reference*; component Observation.component*
        """,
        "DiagnosticReport": """
        identifier Identifier*; basedOn Reference*;
        status code! (registered partial preliminary final amended corrected appended cancelled entered-in-error unknown);
        category CodeableConcept*; code CodeableConcept!; subject Reference; encounter Reference; effective[x] dateTime Period;
        issued instant; performer Reference*; resultsInterpreter Reference*; specimen Reference*; result Reference*;
        imagingStudy Reference*; media Any*; conclusion string; conclusionCode CodeableConcept*; presentedForm Attachment*
        """,
        "Condition": """
        identifier Identifier*; clinicalStatus CodeableConcept; verificationStatus CodeableConcept; category CodeableConcept*;
        severity CodeableConcept; code CodeableConcept; bodySite CodeableConcept*; subject Reference!; encounter Reference;
        onset[x] dateTime Age Period Range string; abatement[x] dateTime Age Period Range string; recordedDate dateTime;
        recorder Reference; asserter Reference; stage Any*; evidence Any*; note Annotation*
        """,
        "AllergyIntolerance": """
        identifier Identifier*; clinicalStatus CodeableConcept; verificationStatus CodeableConcept; type code (allergy intolerance);
        category code* (food medication environment biologic); criticality code (low high unable-to-assess); code CodeableConcept;
        patient Reference!; encounter Reference; onset[x] dateTime Age Period Range string; recordedDate dateTime; recorder Reference;
        asserter Reference; lastOccurrence dateTime; note Annotation*; reaction AllergyIntolerance.reaction*
        """,
        "MedicationRequest": """
        identifier Identifier*; status code! (active on-hold cancelled completed entered-in-error stopped draft unknown);
        statusReason CodeableConcept;
        intent code! (proposal plan order original-order reflex-order filler-order instance-order option); category CodeableConcept*;
        priority code (routine urgent asap stat); doNotPerform boolean; reported[x] boolean Reference;
        medication[x]! CodeableConcept Reference; subject Reference!; encounter Reference; supportingInformation Reference*;
        authoredOn dateTime; requester Reference; performer Reference; performerType CodeableConcept; recorder Reference;
        reasonCode CodeableConcept*; reasonReference Reference*; instantiatesCanonical uri*; instantiatesUri uri*; basedOn Reference*;
        groupIdentifier Identifier; courseOfTherapyType CodeableConcept; insurance Reference*; note Annotation*;
        dosageInstruction Dosage*; dispenseRequest Any; substitution Any; priorPrescription Reference; detectedIssue Reference*;
        eventHistory Reference*
        """,
        "MedicationStatement": """
        identifier Identifier*; basedOn Reference*; partOf Reference*;
        status code! (active completed entered-in-error intended stopped on-hold unknown not-taken); statusReason CodeableConcept*;
        category CodeableConcept; medication[x]! CodeableConcept Reference; subject Reference!; context Reference;
        effective[x] dateTime Period; dateAsserted dateTime; informationSource Reference; derivedFrom Reference*;
        reasonCode CodeableConcept*; reasonReference Reference*; note Annotation*; dosage Dosage*
        """,
        "Immunization": """
        identifier Identifier*; status code! (completed entered-in-error not-done); statusReason CodeableConcept;
        vaccineCode CodeableConcept!; patient Reference!; encounter Reference; occurrence[x]! dateTime string; recorded dateTime;
        primarySource boolean; reportOrigin CodeableConcept; location Reference; manufacturer Reference; lotNumber string;
        expirationDate date; site CodeableConcept; route CodeableConcept; doseQuantity Quantity; performer Any*; note Annotation*;
        reasonCode CodeableConcept*; reasonReference Reference*; isSubpotent boolean; subpotentReason CodeableConcept*; education Any*;
        programEligibility CodeableConcept*; fundingSource CodeableConcept; reaction Any*; protocolApplied Any*
        """,
        "Procedure": """
        identifier Identifier*; instantiatesCanonical uri*; instantiatesUri uri*; basedOn Reference*; partOf Reference*;
        status code! (preparation in-progress not-done on-hold stopped completed entered-in-error unknown); statusReason CodeableConcept;
        category CodeableConcept; code CodeableConcept; subject Reference!; encounter Reference;
        performed[x] dateTime Period string Age Range; recorder Reference; asserter Reference; performer Any*; location Reference;
        reasonCode CodeableConcept*; reasonReference Reference*; bodySite CodeableConcept*; outcome CodeableConcept; report Reference*;
        complication CodeableConcept*; complicationDetail Reference*; followUp CodeableConcept*; note Annotation*; focalDevice Any*;
        usedReference Reference*; usedCode CodeableConcept*
        """,
        "ServiceRequest": """
        identifier Identifier*; instantiatesCanonical uri*; instantiatesUri uri*; basedOn Reference*; replaces Reference*;
        requisition Identifier; status code! (draft active on-hold revoked completed entered-in-error unknown);
        intent code! (proposal plan directive order original-order reflex-order filler-order instance-order option);
        category CodeableConcept*; priority code (routine urgent asap stat); doNotPerform boolean; code CodeableConcept;
        orderDetail CodeableConcept*; quantity[x] Quantity Ratio Range; subject Reference!; encounter Reference;
        occurrence[x] dateTime Period Timing; asNeeded[x] boolean CodeableConcept; authoredOn dateTime; requester Reference;
        performerType CodeableConcept; performer Reference*; locationCode CodeableConcept*; locationReference Reference*;
        reasonCode CodeableConcept*; reasonReference Reference*; insurance Reference*; supportingInfo Reference*; specimen Reference*;
        bodySite CodeableConcept*; note Annotation*; patientInstruction string; relevantHistory Reference*
        """,
        "ImagingStudy": """
        identifier Identifier*; status code! (registered available cancelled entered-in-error unknown); modality Coding*;
        subject Reference!; encounter Reference; started dateTime; basedOn Reference*; referrer Reference; interpreter Reference*;
        endpoint Reference*; numberOfSeries unsignedInt; numberOfInstances unsignedInt; procedureReference Reference;
        procedureCode CodeableConcept*; location Reference; reasonCode CodeableConcept*; reasonReference Reference*; note Annotation*;
        description string; series ImagingStudy.series*
        """,
        "DocumentReference": """
        masterIdentifier Identifier; identifier Identifier*; status code! (current superseded entered-in-error);
        docStatus code (preliminary final amended entered-in-error); type CodeableConcept; category CodeableConcept*; subject Reference;
        date instant; author Reference*; authenticator Reference; custodian Reference; relatesTo Any*; description string;
        securityLabel CodeableConcept*; content DocumentReference.content+; context Any
        """,
        "Claim": """
        identifier Identifier*; status code! (active cancelled draft entered-in-error); type CodeableConcept!; subType CodeableConcept;
        use code! (claim preauthorization predetermination); patient Reference!; billablePeriod Period; created dateTime!;
        enterer Reference; insurer Reference; provider Reference!; priority CodeableConcept!; fundsReserve CodeableConcept; related Any*;
        prescription Reference; originalPrescription Reference; payee Any; referral Reference; facility Reference; careTeam Any*;
        supportingInfo Any*; diagnosis Any*; procedure Any*; insurance Claim.insurance+; accident Any; item Claim.item*; total Money
        """,
        "FamilyMemberHistory": """
        identifier Identifier*; instantiatesCanonical uri*; instantiatesUri uri*;
        status code! (partial completed entered-in-error health-unknown); dataAbsentReason CodeableConcept; patient Reference!;
        date dateTime; name string; relationship CodeableConcept!; sex CodeableConcept; born[x] Period date string;
        age[x] Age Range string; estimatedAge boolean; deceased[x] boolean Age Range date string; reasonCode CodeableConcept*;
        reasonReference Reference*; note Annotation*; condition FamilyMemberHistory.condition*
        """,
        "Basic": """
        identifier Identifier*; code CodeableConcept!; subject Reference; created date; author Reference
        """,
        "Medication": """
        identifier Identifier*; code CodeableConcept; status code (active inactive entered-in-error); manufacturer Reference;
        form CodeableConcept; amount Ratio; ingredient Any*; batch Any
        """,
        "Provenance": """
        target Reference+; occurred[x] Period dateTime; recorded instant!; policy uri*; location Reference; reason CodeableConcept*;
        activity CodeableConcept; agent Provenance.agent+; entity Provenance.entity*; signature Any*
        """,
    ]

    static let types: [String: String] = [
        "Coding": "system uri; version string; code code; display string; userSelected boolean",
        "CodeableConcept": "coding Coding*; text string",
        "Identifier": """
        use code (usual official temp secondary old); type CodeableConcept; system uri; value string; period Period; assigner Reference
        """,
        "Reference": "reference string; type uri; identifier Identifier; display string",
        "HumanName": """
        use code (usual official temp nickname anonymous old maiden); text string; family string; given string*; prefix string*;
        suffix string*; period Period
        """,
        "ContactPoint": """
        system code (phone fax email pager url sms other); value string; use code (home work temp old mobile); rank positiveInt;
        period Period
        """,
        "Address": """
        use code (home work temp old billing); type code (postal physical both); text string; line string*; city string;
        district string; state string; postalCode string; country string; period Period
        """,
        "Period": "start dateTime; end dateTime",
        "Quantity": "value decimal; comparator code (< <= >= >); unit string; system uri; code code",
        "Age": "value decimal; comparator code (< <= >= >); unit string; system uri; code code",
        "Range": "low Quantity; high Quantity",
        "Ratio": "numerator Quantity; denominator Quantity",
        "Money": "value decimal; currency code",
        "Attachment": """
        contentType code; language code; data base64Binary; url uri; size unsignedInt; hash base64Binary; title string; creation dateTime
        """,
        "Annotation": "author[x] Reference string; time dateTime; text string!",
        "Narrative": "status code! (generated extensions additional empty); div xhtml!",
        "Meta": "versionId id; lastUpdated instant; source uri; profile uri*; security Coding*; tag Coding*",
        "Dosage": """
        sequence integer; text string; additionalInstruction CodeableConcept*; patientInstruction string; timing Any;
        asNeeded[x] boolean CodeableConcept; site CodeableConcept; route CodeableConcept; method CodeableConcept;
        doseAndRate Dosage.doseAndRate*; maxDosePerPeriod Ratio; maxDosePerAdministration Quantity; maxDosePerLifetime Quantity
        """,
        "Dosage.doseAndRate": "type CodeableConcept; dose[x] Range Quantity; rate[x] Ratio Range Quantity",
        "Extension": "url uri!; value[x] *",
        "SampledData": """
        origin Quantity!; period decimal!; factor decimal; lowerLimit decimal; upperLimit decimal; dimensions positiveInt!; data string
        """,
        "Timing": "event dateTime*; repeat Any; code CodeableConcept",
        "Bundle.link": "relation string!; url uri!",
        "Bundle.entry": "link Bundle.link*; fullUrl uri; resource Resource; search Any; request Any; response Any",
        "Composition.section": """
        title string; code CodeableConcept; author Reference*; focus Reference; text Narrative; mode code (working snapshot changes);
        orderedBy CodeableConcept; entry Reference*; emptyReason CodeableConcept; section Composition.section*
        """,
        "Device.deviceName": """
        name string!; type code! (udi-label-name user-friendly-name patient-reported-name manufacturer-name model-name other)
        """,
        "Observation.referenceRange": """
        low Quantity; high Quantity; type CodeableConcept; appliesTo CodeableConcept*; age Range; text string
        """,
        "Observation.component": """
        code CodeableConcept!; value[x] Quantity CodeableConcept string boolean integer Range Ratio SampledData time dateTime Period;
        dataAbsentReason CodeableConcept; interpretation CodeableConcept*; referenceRange Observation.referenceRange*
        """,
        "AllergyIntolerance.reaction": """
        substance CodeableConcept; manifestation CodeableConcept+; description string; onset dateTime;
        severity code (mild moderate severe); exposureRoute CodeableConcept; note Annotation*
        """,
        "ImagingStudy.series": """
        uid id!; number unsignedInt; modality Coding!; description string; numberOfInstances unsignedInt; endpoint Reference*;
        bodySite Coding; laterality Coding; specimen Reference*; started dateTime; performer Any*; instance ImagingStudy.instance*
        """,
        "ImagingStudy.instance": "uid id!; sopClass Coding!; number unsignedInt; title string",
        "DocumentReference.content": "attachment Attachment!; format Coding",
        "Claim.insurance": """
        sequence positiveInt!; focal boolean!; identifier Identifier; coverage Reference!; businessArrangement string;
        preAuthRef string*; claimResponse Reference
        """,
        "Claim.item": """
        sequence positiveInt!; careTeamSequence positiveInt*; diagnosisSequence positiveInt*; procedureSequence positiveInt*;
        informationSequence positiveInt*; revenue CodeableConcept; category CodeableConcept; productOrService CodeableConcept!;
        modifier CodeableConcept*; programCode CodeableConcept*; serviced[x] date Period; location[x] CodeableConcept Address Reference;
        quantity Quantity; unitPrice Money; factor decimal; net Money; udi Reference*; bodySite CodeableConcept;
        subSite CodeableConcept*; encounter Reference*; detail Any*
        """,
        "FamilyMemberHistory.condition": """
        code CodeableConcept!; outcome CodeableConcept; contributedToDeath boolean; onset[x] Age Range Period string; note Annotation*
        """,
        "Provenance.agent": "type CodeableConcept; role CodeableConcept*; who Reference!; onBehalfOf Reference",
        "Provenance.entity": "role code! (derivation revision quotation source removal); what Reference!; agent Provenance.agent*",
    ]

    /// The resource types of R4 that are carried without being read (resourcelist.html).
    static let carried: Set<String> = Set(
        """
        Account ActivityDefinition AdverseEvent Appointment AppointmentResponse AuditEvent Binary BiologicallyDerivedProduct BodyStructure
        CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem ChargeItemDefinition ClaimResponse ClinicalImpression CodeSystem
        Communication CommunicationRequest CompartmentDefinition ConceptMap Consent Contract Coverage CoverageEligibilityRequest
        CoverageEligibilityResponse DetectedIssue DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement DocumentManifest
        EffectEvidenceSynthesis Endpoint EnrollmentRequest EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable
        ExampleScenario ExplanationOfBenefit Flag Goal GraphDefinition Group GuidanceResponse HealthcareService
        ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide InsurancePlan Invoice Library Linkage List Location Measure
        MeasureReport Media MedicationAdministration MedicationDispense MedicationKnowledge MedicinalProduct
        MedicinalProductAuthorization MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient
        MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged MedicinalProductPharmaceutical
        MedicinalProductUndesirableEffect MessageDefinition MessageHeader MolecularSequence NamingSystem NutritionOrder
        ObservationDefinition OperationDefinition OperationOutcome OrganizationAffiliation Parameters PaymentNotice
        PaymentReconciliation Person PlanDefinition PractitionerRole Questionnaire QuestionnaireResponse RelatedPerson RequestGroup
        ResearchDefinition ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment RiskEvidenceSynthesis Schedule
        SearchParameter Slot Specimen SpecimenDefinition StructureDefinition StructureMap Subscription Substance
        SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation SubstanceSourceMaterial
        SubstanceSpecification SupplyDelivery SupplyRequest Task TerminologyCapabilities TestReport TestScript ValueSet
        VerificationResult VisionPrescription
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
