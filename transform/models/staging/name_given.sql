-- Every distinct way in which a feed names a provider, with the keys that identity is decided on.
WITH given AS (
    SELECT provider_name, cqc_location_id, provider_postcode FROM staging.concern_version
    UNION ALL
    SELECT provider_name, cqc_location_id, provider_postcode FROM staging.enquiry_version
    UNION ALL
    SELECT provider_name, cqc_location_id, provider_postcode FROM staging.complaint_version
    UNION ALL
    SELECT provider_name, cqc_location_id, provider_postcode FROM staging.placement_version
    UNION ALL
    SELECT provider_name, cqc_location_id, provider_postcode FROM staging.incident_version
    UNION ALL
    SELECT provider_name, cqc_location_id, provider_postcode FROM staging.quality_visit_version
    UNION ALL
    SELECT provider_name, cqc_location_id, provider_postcode FROM staging.quality_action_version
    UNION ALL
    SELECT provider_name, cqc_location_id, provider_postcode FROM staging.lgsco_decision_version
    UNION ALL
    SELECT provider_name, cqc_location_id, provider_postcode FROM staging.placement_return_row
)
SELECT provider_name, cqc_location_id, provider_postcode,
       regexp_replace(regexp_replace(replace(lower(strip_accents(coalesce(provider_name, ''))), '&', ' and '), '\b(limited|ltd|plc|llp|the)\b', ' ', 'g'), '[^a-z0-9]+', '', 'g') AS name_key,
       upper(trim(coalesce(cqc_location_id, ''))) AS location_key,
       upper(regexp_replace(coalesce(provider_postcode, ''), '\s+', '', 'g')) AS postcode_key
FROM (SELECT DISTINCT provider_name, cqc_location_id, provider_postcode FROM given)
