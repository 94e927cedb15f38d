-- What a paid helper costs, and what has to be sold to pay for it.
-- The employer's share is whatever the visitor types: it differs by country, contract and year.

local WEEKS, MONTHS = 52, 12 -- of a year: a month is 4.33 weeks

-- To whole cents, half away from zero.
local function cents(x)
  return math.floor(x * 100 + 0.5 + 1e-6) / 100
end

return {
  fields = {
    { id = "hours", kind = "number", start = 10, min = 1, max = 80, decimals = 1 },
    { id = "wage", kind = "money", start = 15, min = 0, max = 500 },
    { id = "share", kind = "percent", start = 0, min = 0, max = 100 },
    { id = "other", kind = "money", start = 40, min = 0, max = 10000 },
    { id = "weeks", kind = "number", start = 52, min = 1, max = 52, decimals = 0 },
    { id = "margin", kind = "percent", start = 40, min = 1, max = 100 },
    { id = "sale", kind = "money", start = 15, min = 0.5, max = 10000 },
  },
  compute = function(v)
    local pay = v.hours * v.wage * WEEKS / MONTHS
    local share = pay * v.share / 100
    local month = pay + share + v.other
    if month <= 0 then return { { kind = "say", id = "empty" } } end
    -- Of each euro sold only the margin is left to pay the helper with (lesson know-numbers-2: out of the price).
    local sales = month / (math.max(1, v.margin) / 100)
    local customers = math.ceil(sales * MONTHS / WEEKS / math.max(0.5, v.sale) - 1e-6)
    local out = {
      { kind = "stack", id = "month", unit = "money", parts = {
        { id = "pay", value = cents(pay) },
        { id = "share", value = cents(share) },
        { id = "other", value = v.other },
      } },
      { kind = "figure", id = "month", unit = "money", value = cents(pay) + cents(share) + v.other, main = true }, -- as its parts add up
      { kind = "figure", id = "whole", unit = "money", value = month * MONTHS / WEEKS * v.weeks },
      { kind = "figure", id = "sales", unit = "money", value = sales },
      customers == 1 and { kind = "say", id = "customers-one" } or { kind = "say", id = "customers", n = customers },
    }
    if v.share == 0 then out[#out + 1] = { kind = "say", id = "share" } end
    return out
  end,
}

-- Example: as it starts: 10 x 15 x 52 / 12 = 650; share 0; other 40: 690 a month, 8280 in 52 weeks; 690 / 0.4 = 1725
--   of sales a month; 1725 x 12 / 52 / 15 = 26.5: 27 customers a week.
-- Example: 16 hours at 12, share 30 %, other 0, 20 weeks, margin 50 %, sale 25: 832 + 249.60 = 1081.60 a month;
--   a week 249.60, so 20 weeks 4992; sales 2163.20 a month, 499.20 a week: 20 customers.
-- Example: 20 hours at 10, share 0, other 0, 52 weeks, margin 40 %, sale 20: 866.67 a month, 10,400.00 in 52 weeks (it
--   was 10,400.04 of rounded months); 200 a week are 500 of sales: 25 customers.
